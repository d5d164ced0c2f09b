package io.github.wxtoken.api;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.springframework.web.context.request.async.DeferredResult;

/** Answers calls when a future completes, without holding a thread. */
final class PendingAnswers {

    private PendingAnswers() {}

    /**
     * Returns the answer: on this thread if the future is complete, because an asynchronous answer costs a second
     * dispatch. The future is cancelled if the client disconnects.
     *
     * @param form turns the result into the answer
     */
    static <T> Object answer(CompletableFuture<T> future, Function<T, ?> form) {
        if (future.isDone()) {
            return form.apply(future.join());
        }
        DeferredResult<Object> answer = new DeferredResult<>();
        future.thenApply(form).whenComplete((body, e) -> {
            if (e == null) {
                answer.setResult(body);
            } else {
                answer.setErrorResult(e);
            }
        });
        answer.onError(disconnected -> future.cancel(false));
        return answer;
    }
}
