package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Tests two lanes that many calls share. */
class LanesTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<String> begun = new ArrayList<>();
    private final Lanes<String> lanes = new Lanes<>(2, tasks::add, this::begin);

    @Test
    void asManyCallsAreBegunAsThereAreLanesInTheOrderGiven() {
        lanes.enter(List.of("a", "b", "c", "d"));
        assertThat(begun).containsExactly("a", "b");
        leave();
        assertThat(begun).containsExactly("a", "b", "c");
        leave();
        leave();
        assertThat(begun).containsExactly("a", "b", "c", "d");
    }

    @Test
    void theNextCallIsNotBegunInsideTheOneThatEnds() {
        lanes.enter(List.of("a", "b", "c"));
        lanes.leave();
        assertThat(begun).containsExactly("a", "b");
        assertThat(tasks).hasSize(1);
    }

    @Test
    void whoEntersReplacesAllWhoWaited() {
        lanes.enter(List.of("a", "b", "old", "older"));
        lanes.enter(List.of("new"));
        leave();
        leave();
        assertThat(begun).containsExactly("a", "b", "new");
    }

    @Test
    void oneMayGoBeforeAllWhoWait() {
        lanes.enter(List.of("a", "b", "c"));
        lanes.enterFirst("urgent");
        leave();
        assertThat(begun).containsExactly("a", "b", "urgent");
    }

    @Test
    void oneWhoGoesFirstTakesAFreeLaneAtOnce() {
        lanes.enterFirst("urgent");
        assertThat(begun).containsExactly("urgent");
    }

    @Test
    void whereThereIsNothingToCallForTheLaneIsTheNextOnes() {
        lanes.enter(List.of("nothing 1", "nothing 2", "nothing 3", "a", "b"));
        assertThat(begun).containsExactly("a", "b");
    }

    @Test
    void aCallThatCannotBeBegunLeavesItsLaneFree() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> lanes.enterFirst("bad")).hasMessage("bad");
        }
        lanes.enter(List.of("a", "b"));
        assertThat(begun).containsExactly("a", "b");
    }

    @Test
    void whatIsUnderWayKeepsTheLanesFromBeingClosed() throws InterruptedException {
        lanes.enter(List.of("a", "b", "c"));
        leave();
        leave();
        assertThat(lanes.drain(Duration.ZERO)).as("c is under way").isFalse();
        leave();
        assertThat(lanes.drain(Duration.ZERO)).isTrue();
    }

    @Test
    void closingSendsAwayWhoWaits() throws InterruptedException {
        lanes.enter(List.of("a", "b", "c"));
        assertThat(lanes.drain(Duration.ZERO)).isFalse();
        leave();
        leave();
        assertThat(begun).containsExactly("a", "b");
    }

    @Test
    void nothingIsBegunOnceTheLanesAreClosed() throws InterruptedException {
        assertThat(lanes.drain(Duration.ZERO)).isTrue();
        lanes.enter(List.of("a"));
        lanes.enterFirst("b");
        assertThat(begun).isEmpty();
    }

    private boolean begin(String call) {
        if (call.equals("bad")) {
            throw new IllegalStateException(call);
        }
        return !call.startsWith("nothing") && begun.add(call);
    }

    /** Ends a call and runs the tasks that follow from it. */
    private void leave() {
        lanes.leave();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
