package io.github.wxtoken.caller;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * Answers rejected calls: 401 without a valid key, with the same text for every cause, and 403 if the caller is no
 * operator. A network that keeps failing gets 429, and its connection is closed. Thread-safe.
 */
final class RejectionHandler implements AuthenticationEntryPoint, AccessDeniedHandler {

    private final RejectionLog rejectionLog;

    RejectionHandler(RejectionLog rejectionLog) {
        this.rejectionLog = rejectionLog;
    }

    /** Rejects a call without a valid key. */
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        if (rejectionLog.unauthorized(request.getRemoteAddr())) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
            response.setHeader(HttpHeaders.RETRY_AFTER, "60");
            response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
        } else {
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"wxtoken\"");
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"wxtoken\", charset=\"UTF-8\"");
            response.sendError(HttpStatus.UNAUTHORIZED.value());
        }
    }

    /** Rejects a caller that is no operator. */
    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        rejectionLog.add(Caller.current(), "forbidden", request.getRemoteAddr());
        response.sendError(HttpStatus.FORBIDDEN.value());
    }
}
