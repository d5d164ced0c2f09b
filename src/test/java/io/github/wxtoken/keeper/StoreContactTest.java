package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The rules of when a replica is in touch with the others, and since when. */
class StoreContactTest {

    private static final Duration NANOSECOND = Duration.ofNanos(1);

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final StoreContact contact = new StoreContact(time, Duration.ofSeconds(5));

    @Test
    void isOutOfTouchBeforeTheFirstLoad() {
        assertThat(contact.knownUntil(NOON)).isEqualTo(Instant.EPOCH);
        time.pass(Duration.ofHours(1));
        assertThat(contact.hasSettled()).isFalse();
    }

    @Test
    void isInTouchForLessThanTenSecondsAfterALoad() {
        contact.loaded(0, at(0));
        assertThat(contact.knownUntil(at(0))).isEqualTo(at(0));
        Instant last = at(10).minus(NANOSECOND);
        assertThat(contact.knownUntil(last)).isEqualTo(last);
        assertThat(contact.knownUntil(at(10))).isEqualTo(at(0));
        assertThat(contact.knownUntil(at(3600))).isEqualTo(at(0));
    }

    @Test
    void aNotificationKeepsItInTouchWithoutALoad() {
        contact.loaded(0, at(0));
        contact.upToDate(at(8));
        assertThat(contact.knownUntil(at(17))).isEqualTo(at(17));
        assertThat(contact.knownUntil(at(18))).isEqualTo(at(8));
    }

    @Test
    void aNotificationDoesNotCountWhileAChangeIsNotLoaded() {
        contact.loaded(0, at(0));
        contact.notified();
        contact.upToDate(at(8));
        assertThat(contact.knownUntil(at(12))).isEqualTo(at(0));
        contact.loaded(contact.notifications(), at(12));
        contact.upToDate(at(14));
        assertThat(contact.knownUntil(at(23))).isEqualTo(at(23));
    }

    @Test
    void aLoadDoesNotCoverAChangeAnnouncedDuringIt() {
        long before = contact.notifications();
        contact.notified();
        contact.loaded(before, at(1));
        contact.upToDate(at(8));
        assertThat(contact.knownUntil(at(12))).isEqualTo(at(1));
    }

    @Test
    void countsTheChangesThatWereAnnounced() {
        assertThat(contact.notifications()).isZero();
        contact.notified();
        contact.notified();
        contact.loaded(1, at(0));
        assertThat(contact.notifications()).isEqualTo(2);
        contact.upToDate(at(8));
        assertThat(contact.knownUntil(at(12))).as("one of two is loaded").isEqualTo(at(0));
    }

    @Test
    void aSlowLoadTakesBackNothingFromAFasterOne() {
        contact.notified();
        contact.notified();
        contact.loaded(2, at(5));
        contact.loaded(1, at(3));
        assertThat(contact.knownUntil(at(20))).isEqualTo(at(5));
        contact.upToDate(at(9));
        assertThat(contact.knownUntil(at(20))).as("both changes are loaded").isEqualTo(at(9));
        contact.upToDate(at(7));
        assertThat(contact.knownUntil(at(20))).isEqualTo(at(9));
    }

    @Test
    void isSettledFiveSecondsAfterTheFirstContact() {
        contact.loaded(0, at(0));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5).minus(NANOSECOND));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(NANOSECOND);
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void settlingBeginsWhenTheLoadEnds() {
        time.pass(Duration.ofSeconds(3));
        contact.loaded(0, at(0));
        time.pass(Duration.ofSeconds(5).minus(NANOSECOND));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(NANOSECOND);
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void onlyASilenceOfMoreThanTenSecondsBeginsSettlingAgain() {
        contact.loaded(0, at(0));
        time.pass(Duration.ofSeconds(10));
        contact.loaded(0, at(10));
        assertThat(contact.hasSettled()).isTrue();
        time.pass(Duration.ofSeconds(10).plus(NANOSECOND));
        assertThat(contact.hasSettled()).as("until the silence ends").isTrue();
        contact.loaded(0, time.instant());
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void aLossBeginsSettlingAgainAtTheNextContact() {
        contact.loaded(0, at(0));
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
        contact.lost();
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isFalse();
        contact.loaded(0, at(10));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void afterALossANotificationCountsAsContactUnlessAChangeIsNotLoaded() {
        contact.loaded(0, at(0));
        contact.lost();
        contact.upToDate(at(1));
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
        contact.lost();
        contact.notified();
        contact.upToDate(at(5));
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isFalse();
    }

    @Test
    void aLossDoesNotEndTheTenSecondsInTouch() {
        contact.loaded(0, at(0));
        contact.lost();
        assertThat(contact.knownUntil(at(9))).isEqualTo(at(9));
        assertThat(contact.knownUntil(at(10))).isEqualTo(at(0));
    }
}
