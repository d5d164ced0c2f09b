package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.current;
import static io.github.wxtoken.token.Records.failed;
import static io.github.wxtoken.token.Records.lost;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static io.github.wxtoken.token.Records.refused;
import static io.github.wxtoken.token.Records.withVersion;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.RecordView.Noted;
import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.PendingOrder;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The view that a replica has of a record, with the changes that the store does not know yet. */
class RecordViewTest {

    private static final long REVISION = 7;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TokenRecord first = minted();
    private final TokenRecord claimed = first.claim("me", at(6600), POLICY);

    private static RecordView view(TokenRecord shared, Noted... unsent) {
        return RecordView.of(shared, REVISION, Duration.ZERO, List.of(unsent), POLICY);
    }

    private static Transition alive(long seconds) {
        return (record, now) -> probed(record, Verdict.ALIVE, Trigger.WATCHDOG, seconds);
    }

    private static Transition ordered(int mints) {
        return (record, now) -> record.ordered(mints, now);
    }

    /** Returns the view of a second token that was committed at 6602 s while the store was away. */
    private RecordView unshared(Noted... later) {
        Claim mine = claim(claimed);
        List<Noted> unsent = new ArrayList<>();
        unsent.add(new Noted((record, now) -> committed(record, mine, "second", 6602), at(6602)));
        unsent.addAll(List.of(later));
        return RecordView.of(claimed, REVISION, Duration.ZERO, unsent, POLICY);
    }

    /** Returns for how many seconds a caller may use the token that is served, or null if none is. */
    private static @Nullable Long left(RecordView view, Instant now, Instant known) {
        ServedToken served = view.served(now, known);
        return served == null ? null : served.expiresIn();
    }

    private static @Nullable Long left(RecordView view, Instant now) {
        return left(view, now, now);
    }

    @Test
    void survivesAStoreThatShowsAnOlderVersionOrRevision() {
        RecordView view = view(first);
        TokenRecord older = withVersion(first, first.version() - 1);
        TokenRecord newer = withVersion(first, first.version() + 1);
        assertThat(view.survives(new Stored(TokenRecord.EMPTY, 0, NOON, null))).isTrue();
        assertThat(view.survives(new Stored(older, REVISION + 1, NOON, null))).isTrue();
        assertThat(view.survives(new Stored(first, REVISION - 1, NOON, null))).isTrue();
        assertThat(view.survives(new Stored(first, REVISION, NOON, null))).isFalse();
        assertThat(view.survives(new Stored(first, REVISION + 1, NOON, null))).isFalse();
        assertThat(view.survives(new Stored(newer, REVISION - 1, NOON, null))).isFalse();
    }

    @Test
    void anUnsharedTokenIsNoReasonToSurvive() {
        assertThat(unshared().record().version()).isGreaterThan(claimed.version());
        assertThat(unshared().survives(new Stored(claimed, REVISION, NOON, null)))
                .isFalse();
    }

    @Test
    void inTouchTheTokenIsServedUntilTheOverlapAfterTheNextFetchEnds() {
        RecordView view = view(first);
        assertThat(left(view, at(0))).as("the fetch is due at 6600 s").isEqualTo(6900);
        assertThat(left(view, at(6600))).isEqualTo(300);
        assertThat(left(view, at(6700))).as("no fetch yet").isEqualTo(300);
        assertThat(left(view, at(6950))).as("it expires at 7200 s").isEqualTo(250);
    }

    @Test
    void aTokenIsServedForAtLeastOneWholeSecond() {
        RecordView view = view(first);
        assertThat(left(view, at(7199))).isEqualTo(1);
        assertThat(left(view, at(7199).plusNanos(1))).isNull();
        assertThat(left(view, at(7198).plusNanos(1))).as("rounded down").isEqualTo(1);
        assertThat(left(view, at(8000))).isNull();
    }

    @Test
    void theServedTokenIsTheCurrentOne() {
        assertThat(view(first).served(at(0), at(0))).isEqualTo(new ServedToken(current(first), first.version(), 6900));
    }

    @Test
    void noTokenIsServedWhereThereIsNoneOrItIsDead() {
        assertThat(view(TokenRecord.EMPTY).served(at(0), at(0))).isNull();
        TokenRecord dead = probed(first, Verdict.SUPERSEDED, 100);
        assertThat(view(dead).served(at(100), at(100))).isNull();
    }

    @Test
    void adriftTheTokenIsServedUntilTheOverlapAfterThePlannedFetchEnds() {
        RecordView view = view(first);
        assertThat(left(view, at(5000), at(4000))).isEqualTo(1900);
        assertThat(left(view, at(6899), at(4000))).isEqualTo(1);
        assertThat(left(view, at(6900), at(4000))).isNull();
        assertThat(left(view, at(6899), at(6899))).as("in touch").isEqualTo(300);
    }

    @Test
    void adriftSinceAfterThePlannedFetchAnotherReplicaMayHaveFetchedAtOnce() {
        RecordView view = view(first);
        assertThat(left(view, at(6750), at(6700))).isEqualTo(250);
        assertThat(left(view, at(6750), at(6750).minusNanos(1))).isEqualTo(299);
        assertThat(left(view, at(6750), at(6750))).as("in touch").isEqualTo(300);
    }

    @Test
    void anEarlierRequestMayArriveLateWhileATokenIsYoung() {
        RecordView view = view(first);
        assertThat(view.mintableFrom(at(300).minusNanos(1))).isEqualTo(at(300).minusNanos(1));
        assertThat(left(view, at(310), at(299))).isEqualTo(289);
        assertThat(view.mintableFrom(at(300))).isEqualTo(at(6600));
        assertThat(left(view, at(310), at(300))).isEqualTo(6590);
    }

    @Test
    void anUnsureTokenMayBeReplacedAtAnyTime() {
        RecordView view = view(lost());
        assertThat(view.dueAt()).isEqualTo(at(6900));
        assertThat(view.mintableFrom(at(6650))).isEqualTo(at(6650));
    }

    @Test
    void othersPlanTheirFetchByTheSharedRecord() {
        RecordView view = view(
                claimed,
                new Noted(
                        (record, now) -> record.fail(
                                claim(record), refused(Advice.OPERATOR, Duration.ofMinutes(5)), at(6601), POLICY, 0),
                        at(6601)));
        assertThat(view.dueAt()).as("after the wait for the operator").isEqualTo(at(6901));
        assertThat(view.mintableFrom(at(6605))).as("when the claim expires").isEqualTo(at(6630));
        assertThat(view.mintableFrom(at(6640))).isEqualTo(at(6640));
    }

    @Test
    void anUnsharedOrderMakesAFetchPossibleEarlier() {
        RecordView view = view(first, new Noted(ordered(PendingOrder.TO_REFRESH), at(1000)));
        assertThat(view.dueAt()).isEqualTo(at(1000));
        assertThat(view.mintableFrom(at(900))).isEqualTo(at(1000));
        assertThat(view(first).mintableFrom(at(900))).isEqualTo(at(6600));
    }

    @Test
    void adriftAnUnsharedTokenIsServedOnlyAfterAProbe() {
        assertThat(left(unshared(), at(6700))).as("in touch").isEqualTo(6800);
        assertThat(left(unshared(), at(6651), at(6650))).isNull();
        RecordView probed = unshared(new Noted(alive(6700), at(6700)));
        assertThat(left(probed, at(6705), at(6650))).isEqualTo(5);
        assertThat(left(probed, at(6710), at(6650))).isNull();
        RecordView shared = view(unshared().record());
        assertThat(left(shared, at(6651), at(6650)))
                .as("others have it and fetch only once")
                .isEqualTo(299);
    }

    @Test
    void anUnsentProbeDoesNotMakeATokenUnshared() {
        RecordView view = view(first, new Noted(alive(4500), at(4500)));
        assertThat(left(view, at(5000), at(4000))).isEqualTo(1900);
    }

    @Test
    void waitsUntilTheFetchIsDueButAtLeastASecond() {
        RecordView view = view(first);
        assertThat(view.wait(at(6000))).isEqualTo(Duration.ofMinutes(10));
        assertThat(view.wait(at(6598).plusMillis(500))).isEqualTo(Duration.ofMillis(1500));
        assertThat(view.wait(at(6599))).isEqualTo(SECOND);
        assertThat(view.wait(at(6599).plusMillis(1))).isEqualTo(SECOND);
        assertThat(view.wait(at(7000))).isEqualTo(SECOND);
    }

    @Test
    void waitsASecondDuringAFetch() {
        RecordView view = view(claimed);
        assertThat(view.dueAt()).isEqualTo(at(6630));
        assertThat(view.wait(at(6600))).isEqualTo(SECOND);
        RecordView over = view(failed(claimed, refused(Advice.OPERATOR, Duration.ofMinutes(5)), 6601));
        assertThat(over.wait(at(6610))).isEqualTo(Duration.ofSeconds(291));
    }

    @Test
    void unsentChangesAreReplayedInOrderAtTheTimesTheyHappened() {
        RecordView view = view(
                first,
                new Noted(ordered(PendingOrder.TO_REFRESH), at(1)),
                new Noted(ordered(PendingOrder.TO_REVOKE), at(2)));
        assertThat(view.record()).isEqualTo(first.ordered(1, at(1)).ordered(2, at(2)));
        assertThat(view.record().pendingOrder()).isEqualTo(new PendingOrder(2, at(2)));
        assertThat(view.shared()).isEqualTo(first);
        assertThat(view(first).record()).isEqualTo(first);
    }

    @Test
    void unsentChangesAreReplayedOnAnotherRecord() {
        TokenRecord second = committed(claimed, "second", 6602);
        RecordView view = view(first, new Noted(ordered(PendingOrder.TO_REFRESH), at(6650)));
        TokenRecord replayed = view.replay(second);
        assertThat(replayed).isEqualTo(second.ordered(1, at(6650)));
        assertThat(view.record().isCurrent("t")).as("the view stays").isTrue();
    }

    @Test
    void whatIsServedFollowsTheUnsentChanges() {
        RecordView view = view(first, new Noted((record, now) -> probed(record, Verdict.SUPERSEDED, 100), at(100)));
        assertThat(view.record().is(Level.DEAD)).isTrue();
        assertThat(view.served(at(100), at(100))).isNull();
    }

    @Test
    void anUnsentChangeIsAddedToTheOthers() {
        Noted order = new Noted(ordered(PendingOrder.TO_REFRESH), at(1));
        List<Noted> unsent = view(first, order).unsentWith(alive(2), at(2));
        assertThat(unsent).hasSize(2).first().isSameAs(order);
        assertThat(view(first, unsent.toArray(Noted[]::new)).record())
                .isEqualTo(probed(first.ordered(1, at(1)), Verdict.ALIVE, Trigger.WATCHDOG, 2));
        assertThat(view(first).unsentWith(alive(2), at(2))).hasSize(1);
    }

    @Test
    void anUnsentChangeThatTheNextMakesUpForIsLeftOut() {
        Noted order = new Noted(ordered(PendingOrder.TO_REFRESH), at(1));
        RecordView view = view(first, order, new Noted(alive(2), at(2)));
        List<Noted> unsent = view.unsentWith(alive(3), at(3));
        assertThat(unsent).hasSize(2).first().isSameAs(order);
        assertThat(view(first, unsent.toArray(Noted[]::new)).record().verifiedAt())
                .isEqualTo(at(3));
        assertThat(view.unsent()).as("the view stays").hasSize(2);
        assertThat(view.record().verifiedAt()).isEqualTo(at(2));
    }

    @Test
    void onlyTheLastUnsentChangeIsLeftOut() {
        RecordView view = view(first, new Noted(alive(1), at(1)), new Noted(ordered(PendingOrder.TO_REFRESH), at(2)));
        assertThat(view.unsentWith(alive(3), at(3))).hasSize(3);
    }

    @Test
    void anUnsentChangeThatStillCountsIsKept() {
        RecordView revoked = view(first, new Noted(ordered(PendingOrder.TO_REVOKE), at(1)));
        List<Noted> unsent = revoked.unsentWith(ordered(PendingOrder.TO_REFRESH), at(2));
        assertThat(unsent).hasSize(2);
        assertThat(view(first, unsent.toArray(Noted[]::new)).record().pendingOrder())
                .isEqualTo(new PendingOrder(2, at(2)));
        RecordView refreshed = view(first, new Noted(ordered(PendingOrder.TO_REFRESH), at(1)));
        assertThat(refreshed.unsentWith(ordered(PendingOrder.TO_REVOKE), at(2)))
                .as("the greater order includes it")
                .hasSize(1);
    }

    @Test
    void itsUnsentChangesAreItsOwnAndEachEqualsOnlyItself() {
        Transition transition = ordered(PendingOrder.TO_REFRESH);
        Noted order = new Noted(transition, at(1));
        List<Noted> given = new ArrayList<>(List.of(order));
        RecordView view = RecordView.of(first, REVISION, SECOND, given, POLICY);
        given.clear();
        assertThat(view.unsent()).containsExactly(order);
        assertThat(view.unsent()).doesNotContain(new Noted(transition, at(1)));
        assertThat(view.revision()).isEqualTo(REVISION);
        assertThat(view.skew()).isEqualTo(SECOND);
    }
}
