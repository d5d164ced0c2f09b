package io.github.wxtoken.api;

import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.TokenUnavailableException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** The one table from what went wrong to what the caller is told: a problem detail as in RFC 9457, whatever it accepts. */
@RestControllerAdvice
final class Problems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> rejected(Rejection e, WebRequest request) {
        return answer(e, ProblemDetail.forStatusAndDetail(e.status(), e.getMessage()), new HttpHeaders(), request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> unavailable(TokenUnavailableException e, WebRequest request) {
        HttpStatus status = e.overBudget() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE;
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getMessage());
        Failure failure = e.failure();
        if (failure != null) {
            if (failure.errcode() != 0) {
                problem.setProperty("errcode", failure.errcode());
            }
            problem.setProperty("errmsg", failure.text());
            if (failure.hint() != null) {
                problem.setProperty("hint", failure.hint());
            }
        }
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(wholeSeconds(e.retryAfter())));
        return answer(e, problem, headers, request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> unexpected(Exception e, WebRequest request) {
        log.error("A request failed in an unexpected way", e);
        HttpStatus status = HttpStatus.INTERNAL_SERVER_ERROR;
        return answer(
                e,
                ProblemDetail.forStatusAndDetail(status, "The server failed. What happened is in its log."),
                new HttpHeaders(),
                request);
    }

    /** Every problem, also those that Spring MVC itself finds, leaves by this door. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        headers.setCacheControl(CacheControl.noStore());
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return super.handleExceptionInternal(e, body, headers, status, request);
    }

    private @Nullable ResponseEntity<Object> answer(
            Exception e, ProblemDetail problem, HttpHeaders headers, WebRequest request) {
        return handleExceptionInternal(e, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }
}
