package io.github.wxtoken.keeper;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the upstream from holding up the keeper: what never ends is ended, what it throws is told without its message. */
final class TimeLimits {

    private static final int FRAMES = 5;

    private TimeLimits() {}

    /** Begins a call and ends it as {@link #limit} does; one that cannot even begin, or gives no stage, fails. */
    static <T> CompletionStage<T> call(
            Supplier<CompletionStage<T>> call, Duration limit, ScheduledExecutorService timer) {
        CompletionStage<T> stage;
        try {
            stage = Objects.requireNonNull(call.get());
        } catch (RuntimeException | Error e) {
            stage = CompletableFuture.failedFuture(e);
        }
        return limit(stage, limit, TimeoutException::new, timer);
    }

    /** A stage that ends as another does, or fails with {@code late} when that takes too long. */
    static <T> CompletableFuture<T> limit(
            CompletionStage<T> stage, Duration limit, Supplier<Exception> late, ScheduledExecutorService timer) {
        CompletableFuture<T> limited = new CompletableFuture<>();
        ScheduledFuture<?> alarm = timer.schedule(
                () -> limited.completeExceptionally(late.get()), limit.toMillis(), TimeUnit.MILLISECONDS);
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

    /** What went wrong, without the wrapping that stages give it; null for nothing. */
    static @Nullable Throwable cause(@Nullable Throwable e) {
        return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    }

    /** The type of an unforeseen throwable and where it comes from; its message might hold a URL, and that a secret. */
    static String withoutMessage(@Nullable Throwable e) {
        Throwable cause = cause(e);
        return cause == null
                ? "without a result"
                : cause.getClass().getName() + " at "
                        + Arrays.stream(cause.getStackTrace())
                                .limit(FRAMES)
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining(", "));
    }
}
