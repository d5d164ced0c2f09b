package io.github.wxtoken.caller;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * The answer to those who may not: 401 to whoever shows no valid key, in the same words whatever was wrong, and 403 to a
 * caller who is no operator.
 *
 * <p>An address that goes on failing is answered a second late. That costs no thread, and nobody else at that address: a
 * valid key is served at once. When too many are waiting for their answer, further ones are sent away with 429, and have to
 * connect again. Thread-safe.
 */
final class Refuser implements AuthenticationEntryPoint, AccessDeniedHandler {

    private static final int MOST_WAITING = 100;
    private static final long DELAY_MILLIS = 1000;

    private final Refusals refusals;
    private final ScheduledExecutorService timer;
    private final Counter failures;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    Refuser(Refusals refusals, ScheduledExecutorService timer, MeterRegistry meters) {
        this.refusals = refusals;
        this.timer = timer;
        this.failures = Counter.builder("wxtoken.authentication.failures")
                .description("Calls that showed no valid key")
                .register(meters);
    }

    /** Refuses who shows no valid key. */
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        failures.increment();
        if (!refusals.add(null, "unauthorized", request.getRemoteAddr())) {
            unauthorized(response);
        } else if (waiting.tryAcquire()) {
            AsyncContext later = request.startAsync(request, response);
            timer.schedule(() -> answer(later, response), DELAY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            response.setHeader(HttpHeaders.CONNECTION, "close");
            response.setHeader(HttpHeaders.RETRY_AFTER, "60");
            response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
        }
    }

    /** Refuses a caller who is no operator. */
    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        refusals.add(Caller.current(), "forbidden", request.getRemoteAddr());
        response.sendError(HttpStatus.FORBIDDEN.value());
    }

    private void answer(AsyncContext later, HttpServletResponse response) {
        try {
            unauthorized(response);
        } catch (IOException | RuntimeException e) {
            // Who waited for it is gone.
        } finally {
            waiting.release();
            later.complete();
        }
    }

    private static void unauthorized(HttpServletResponse response) throws IOException {
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"wxtoken\"");
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"wxtoken\", charset=\"UTF-8\"");
        response.sendError(HttpStatus.UNAUTHORIZED.value());
    }
}
