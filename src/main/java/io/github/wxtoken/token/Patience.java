package io.github.wxtoken.token;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the upstream from holding up the keeper: what never ends is ended, what it throws is told without its message. */
final class Patience {

    private static final int FRAMES = 5;

    private Patience() {}

    /** A stage that ends as another does, or with a {@link TimeoutException} when that takes too long. */
    static <T> CompletionStage<T> limit(CompletionStage<T> stage, Duration limit, ScheduledExecutorService timer) {
        CompletableFuture<T> limited = new CompletableFuture<>();
        ScheduledFuture<?> alarm = timer.schedule(
                () -> limited.completeExceptionally(new TimeoutException()), limit.toMillis(), TimeUnit.MILLISECONDS);
        stage.whenComplete((value, e) -> {
            alarm.cancel(false);
            if (e == null) {
                limited.complete(value);
            } else {
                limited.completeExceptionally(e);
            }
        });
        return limited;
    }

    /** The type of an unforeseen throwable and where it comes from; its message might hold a URL, and that a secret. */
    static String withoutMessage(@Nullable Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return cause == null
                ? "without a result"
                : cause.getClass().getName() + " at "
                        + Arrays.stream(cause.getStackTrace())
                                .limit(FRAMES)
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining(", "));
    }
}
