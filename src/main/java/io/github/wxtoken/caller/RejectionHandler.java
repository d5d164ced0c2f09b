package io.github.wxtoken.caller;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * Answers rejected calls: 401 without a valid key, with the same text for every cause, and 403 if the caller is no
 * operator. If too many calls wait for a delayed 401, it answers 429 and closes the connection. Thread-safe.
 */
final class RejectionHandler implements AuthenticationEntryPoint, AccessDeniedHandler {

    private final RejectionLog rejectionLog;
    private final FailedKeyThrottle throttle;

    RejectionHandler(RejectionLog rejectionLog, FailedKeyThrottle throttle) {
        this.rejectionLog = rejectionLog;
        this.throttle = throttle;
    }

    /** Rejects a call without a valid key. */
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        CompletableFuture<Boolean> rejected = throttle.failed(request.getRemoteAddr());
        if (!rejected.isDone()) {
            AsyncContext later = request.startAsync(request, response);
            rejected.thenRun(() -> answer(later, response));
        } else if (rejected.join()) {
            unauthorized(response);
        } else {
            response.setHeader(HttpHeaders.CONNECTION, "close");
            response.setHeader(HttpHeaders.RETRY_AFTER, "60");
            response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
        }
    }

    /** Rejects a caller that is no operator. */
    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        rejectionLog.add(Caller.current(), "forbidden", request.getRemoteAddr());
        response.sendError(HttpStatus.FORBIDDEN.value());
    }

    private static void answer(AsyncContext later, HttpServletResponse response) {
        try {
            unauthorized(response);
        } catch (IOException | RuntimeException e) {
            // The client has disconnected.
        } finally {
            later.complete();
        }
    }

    private static void unauthorized(HttpServletResponse response) throws IOException {
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"wxtoken\"");
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"wxtoken\", charset=\"UTF-8\"");
        response.sendError(HttpStatus.UNAUTHORIZED.value());
    }
}
