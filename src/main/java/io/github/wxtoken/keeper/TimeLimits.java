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

/** Limits the duration of upstream calls, and describes their unexpected exceptions without the messages. */
final class TimeLimits {

    private static final int FRAMES = 5;

    private TimeLimits() {}

    /** Begins a call and limits it as {@link #limit} does. If the supplier throws or returns null, the stage fails. */
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

    /** Returns a stage that completes as another one does, or fails with {@code late} if that takes too long. */
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

    /** Returns an exception without the wrapping that stages add, or null for null. */
    static @Nullable Throwable cause(@Nullable Throwable e) {
        return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    }

    /** Returns the type and stack of an unexpected exception. Its message might contain a URL, and that a secret. */
    static String withoutMessage(@Nullable Throwable e) {
        Throwable cause = cause(e);
        return cause == null
                ? "no result"
                : cause.getClass().getName() + " at "
                        + Arrays.stream(cause.getStackTrace())
                                .limit(FRAMES)
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining(", "));
    }
}
