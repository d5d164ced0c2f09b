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
    private final StoreContact contact = new StoreContact(time);

    @Test
    void isOutOfTouchBeforeTheFirstLoad() {
        assertThat(contact.heardAt(NOON)).isEqualTo(Instant.EPOCH);
        time.pass(Duration.ofHours(1));
        assertThat(contact.hasSettled()).isFalse();
    }

    @Test
    void isInTouchForLessThanTenSecondsAfterALoad() {
        contact.looked(0, at(0));
        assertThat(contact.heardAt(at(0))).isEqualTo(at(0));
        Instant last = at(10).minus(NANOSECOND);
        assertThat(contact.heardAt(last)).isEqualTo(last);
        assertThat(contact.heardAt(at(10))).isEqualTo(at(0));
        assertThat(contact.heardAt(at(3600))).isEqualTo(at(0));
    }

    @Test
    void aNotificationKeepsItInTouchWithoutALoad() {
        contact.looked(0, at(0));
        contact.heard(at(8));
        assertThat(contact.heardAt(at(17))).isEqualTo(at(17));
        assertThat(contact.heardAt(at(18))).isEqualTo(at(8));
    }

    @Test
    void aNotificationDoesNotCountWhileAChangeIsNotLoaded() {
        contact.looked(0, at(0));
        contact.word();
        contact.heard(at(8));
        assertThat(contact.heardAt(at(12))).isEqualTo(at(0));
        contact.looked(contact.words(), at(12));
        contact.heard(at(14));
        assertThat(contact.heardAt(at(23))).isEqualTo(at(23));
    }

    @Test
    void aLoadDoesNotCoverAChangeAnnouncedDuringIt() {
        long before = contact.words();
        contact.word();
        contact.looked(before, at(1));
        contact.heard(at(8));
        assertThat(contact.heardAt(at(12))).isEqualTo(at(1));
    }

    @Test
    void countsTheChangesThatWereAnnounced() {
        assertThat(contact.words()).isZero();
        contact.word();
        contact.word();
        contact.looked(1, at(0));
        assertThat(contact.words()).isEqualTo(2);
        contact.heard(at(8));
        assertThat(contact.heardAt(at(12))).as("one of two is loaded").isEqualTo(at(0));
    }

    @Test
    void aSlowLoadTakesBackNothingFromAFasterOne() {
        contact.word();
        contact.word();
        contact.looked(2, at(5));
        contact.looked(1, at(3));
        assertThat(contact.heardAt(at(20))).isEqualTo(at(5));
        contact.heard(at(9));
        assertThat(contact.heardAt(at(20))).as("both changes are loaded").isEqualTo(at(9));
        contact.heard(at(7));
        assertThat(contact.heardAt(at(20))).isEqualTo(at(9));
    }

    @Test
    void isSettledFiveSecondsAfterTheFirstContact() {
        contact.looked(0, at(0));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5).minus(NANOSECOND));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(NANOSECOND);
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void settlingBeginsWhenTheLoadEnds() {
        time.pass(Duration.ofSeconds(3));
        contact.looked(0, at(0));
        time.pass(Duration.ofSeconds(5).minus(NANOSECOND));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(NANOSECOND);
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void onlyASilenceOfMoreThanTenSecondsBeginsSettlingAgain() {
        contact.looked(0, at(0));
        time.pass(Duration.ofSeconds(10));
        contact.looked(0, at(10));
        assertThat(contact.hasSettled()).isTrue();
        time.pass(Duration.ofSeconds(10).plus(NANOSECOND));
        assertThat(contact.hasSettled()).as("until the silence ends").isTrue();
        contact.looked(0, time.instant());
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void aLossBeginsSettlingAgainAtTheNextContact() {
        contact.looked(0, at(0));
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
        contact.lost();
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isFalse();
        contact.looked(0, at(10));
        assertThat(contact.hasSettled()).isFalse();
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
    }

    @Test
    void afterALossANotificationCountsAsContactUnlessAChangeIsNotLoaded() {
        contact.looked(0, at(0));
        contact.lost();
        contact.heard(at(1));
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isTrue();
        contact.lost();
        contact.word();
        contact.heard(at(5));
        time.pass(Duration.ofSeconds(5));
        assertThat(contact.hasSettled()).isFalse();
    }

    @Test
    void aLossDoesNotEndTheTenSecondsInTouch() {
        contact.looked(0, at(0));
        contact.lost();
        assertThat(contact.heardAt(at(9))).isEqualTo(at(9));
        assertThat(contact.heardAt(at(10))).isEqualTo(at(0));
    }
}
