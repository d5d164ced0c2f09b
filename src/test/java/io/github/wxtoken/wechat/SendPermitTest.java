package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules by which a request is sent at most once, to one of several hosts. */
class SendPermitTest {

    private static final int ROUNDS = 2000;

    private final OkHttpClient client = new OkHttpClient();
    private final Call first = call();
    private final Call second = call();
    private final AtomicBoolean maySend = new AtomicBoolean(true);
    private final SendPermit permit = new SendPermit(maySend::get);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Returns a call that is never executed. */
    private Call call() {
        return client.newCall(
                new Request.Builder().url("https://wechat.invalid/").build());
    }

    @Test
    void isValidUntilItIsUsed() {
        assertThat(permit.valid()).isTrue();
        permit.give(first);
        assertThat(permit.valid()).as("it is only given").isTrue();
        assertThat(permit.used()).isFalse();
        assertThat(permit.use(first)).isTrue();
        assertThat(permit.valid()).isFalse();
        assertThat(permit.used()).isTrue();
    }

    @Test
    void allowsToSendOnlyOnce() {
        permit.give(first);
        assertThat(permit.use(first)).isTrue();
        assertThat(permit.use(first)).isFalse();
        permit.give(second);
        assertThat(permit.use(second)).isFalse();
        assertThat(permit.used()).isTrue();
    }

    @Test
    void onlyTheCallThatHasItMaySend() {
        assertThat(permit.use(first)).as("not given yet").isFalse();
        permit.give(first);
        assertThat(permit.use(second)).isFalse();
        assertThat(permit.used()).isFalse();
        assertThat(permit.use(first)).as("the attempts changed nothing").isTrue();
    }

    @Test
    void anEarlierCallMayNotSendAnyMore() {
        permit.give(first);
        permit.give(second);
        assertThat(permit.use(first)).isFalse();
        assertThat(permit.take(first)).isFalse();
        assertThat(permit.use(second)).isTrue();
    }

    @Test
    void aCallThatIsSlowToConnectLosesIt() {
        permit.give(first);
        assertThat(permit.take(first)).isTrue();
        assertThat(permit.use(first)).isFalse();
        assertThat(permit.used()).isFalse();
        assertThat(permit.take(first)).as("it has no permit").isFalse();
        assertThat(permit.valid()).as("for the next host").isTrue();
        permit.give(second);
        assertThat(permit.use(second)).isTrue();
    }

    @Test
    void isNotTakenFromACallThatHasSentOrNeverHadIt() {
        assertThat(permit.take(first)).isFalse();
        permit.give(first);
        assertThat(permit.take(second)).isFalse();
        assertThat(permit.use(first)).isTrue();
        assertThat(permit.take(first)).isFalse();
    }

    @Test
    void isInvalidAfterItWasRevoked() {
        permit.give(first);
        permit.revoke();
        assertThat(permit.valid()).isFalse();
        assertThat(permit.use(first)).isFalse();
        permit.give(second);
        assertThat(permit.use(second)).isFalse();
        assertThat(permit.used()).isFalse();
    }

    @Test
    void revokingDoesNotHideThatItWasUsed() {
        permit.give(first);
        assertThat(permit.use(first)).isTrue();
        permit.revoke();
        assertThat(permit.used()).isTrue();
    }

    @Test
    void isInvalidWhileTheRequestMayNotBeSent() {
        permit.give(first);
        maySend.set(false);
        assertThat(permit.valid()).isFalse();
        assertThat(permit.use(first)).isFalse();
        assertThat(permit.used()).isFalse();
        maySend.set(true);
        assertThat(permit.valid()).isTrue();
        assertThat(permit.use(first)).isTrue();
        maySend.set(false);
        assertThat(permit.used()).as("the request is on its way").isTrue();
    }

    @Test
    void whatHappensDuringTheLastCheckStillCounts() {
        assertThat(usedWhile(SendPermit::revoke)).as("revoked").isFalse();
        assertThat(usedWhile(it -> it.take(first))).as("taken").isFalse();
        assertThat(usedWhile(it -> it.give(second))).as("given to another").isFalse();
        assertThat(usedWhile(it -> {})).as("nothing").isTrue();
    }

    /** Returns whether the first call could use a permit when an action ran during the check whether it may send. */
    private boolean usedWhile(Action action) {
        AtomicReference<BooleanSupplier> check = new AtomicReference<>(() -> true);
        SendPermit checked = new SendPermit(() -> check.get().getAsBoolean());
        checked.give(first);
        check.set(() -> {
            action.on(checked);
            return true;
        });
        boolean used = checked.use(first);
        assertThat(checked.used()).isEqualTo(used);
        return used;
    }

    @Test
    void ofConcurrentUsesOneSucceeds() {
        for (int round = 0; round < ROUNDS; round++) {
            SendPermit shared = new SendPermit(together());
            shared.give(first);
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> shared.use(first), threads);
            boolean here = shared.use(first);
            assertThat(other.join()).isNotEqualTo(here);
        }
    }

    @Test
    void onceRevokedItIsCertainWhetherItWasUsed() {
        for (int round = 0; round < ROUNDS; round++) {
            BooleanSupplier check = together();
            SendPermit shared = new SendPermit(check);
            shared.give(first);
            CompletableFuture<Boolean> use = CompletableFuture.supplyAsync(() -> shared.use(first), threads);
            assertThat(check.getAsBoolean()).isTrue();
            shared.revoke();
            boolean used = shared.used();
            assertThat(use.join()).isEqualTo(used);
        }
    }

    /** Returns a check that lets two threads through at the same moment. */
    private static BooleanSupplier together() {
        CyclicBarrier barrier = new CyclicBarrier(2);
        return () -> {
            try {
                barrier.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError(e);
            }
            return true;
        };
    }

    private interface Action {
        void on(SendPermit permit);
    }
}
