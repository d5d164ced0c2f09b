package io.github.wxtoken.api;

import io.github.wxtoken.keeper.TokenUnavailableException;
import io.github.wxtoken.support.Message;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Maps exceptions to HTTP statuses. {@link ProblemValve} reports errors that do not reach Spring MVC. */
@RestControllerAdvice
public final class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    @Nullable
    ResponseEntity<Problem> answer(Exception e, HttpServletRequest request) {
        if (e instanceof CompletionException && e.getCause() instanceof Exception cause) {
            return answer(cause, request);
        }
        Locale locale = LanguageConfiguration.locale(request);
        if (e instanceof TokenUnavailableException unavailable) {
            return unavailable(unavailable, request);
        }
        if (e instanceof RejectedRequestException rejection) {
            ResponseEntity.BodyBuilder answer = problem(rejection.status());
            if (rejection.status() == HttpStatus.SERVICE_UNAVAILABLE) {
                answer.header(HttpHeaders.RETRY_AFTER, "1");
            }
            return answer.body(Problem.of(rejection.status(), rejection.reason().in(locale)));
        }
        if (e instanceof RequestRejectedException) {
            // Spring Security checks parameter names only when they are read.
            return problem(HttpStatus.BAD_REQUEST).body(Problem.of(400, locale));
        }
        if (e instanceof HttpMessageNotReadableException) {
            // Its message quotes the body.
            return problem(HttpStatus.BAD_REQUEST)
                    .body(Problem.of(
                            HttpStatus.BAD_REQUEST,
                            Message.of(Problems.class, "body.object").in(locale)));
        }
        if (isDisconnected(e)) {
            return null;
        }
        if (e instanceof ErrorResponse springs) {
            int status = springs.getStatusCode().value();
            Set<HttpMethod> allowed = springs.getHeaders().getAllow();
            ResponseEntity.BodyBuilder answer = problem(springs.getStatusCode());
            return (allowed.isEmpty() ? answer : answer.allow(withImplied(allowed))).body(Problem.of(status, locale));
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return problem(HttpStatus.INTERNAL_SERVER_ERROR).body(Problem.of(500, locale));
    }

    /** Returns whether an exception means that the client has disconnected while its answer was pending or written. */
    static boolean isDisconnected(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof AsyncRequestNotUsableException
                        || cause instanceof EOFException
                        || cause instanceof CancellationException);
    }

    /** Returns the answer to a request for which there is no usable token, in the language of the request. */
    public static ResponseEntity<Problem> unavailable(TokenUnavailableException e, HttpServletRequest request) {
        Locale locale = LanguageConfiguration.locale(request);
        HttpStatus status = e.overBudget() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE;
        return problem(status)
                .header(HttpHeaders.RETRY_AFTER, Long.toString(wholeSeconds(e.retryAfter())))
                .body(Problem.of(status, e.reason().in(locale), e.failure(), e.account(), locale));
    }

    /** Rounds up, so that no caller retries too early. */
    private static long wholeSeconds(Duration wait) {
        return Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds());
    }

    /** Adds HEAD and OPTIONS: Spring lists only the methods that a controller names. */
    private static HttpMethod[] withImplied(Set<HttpMethod> methods) {
        Set<HttpMethod> all = new LinkedHashSet<>(methods);
        if (all.contains(HttpMethod.GET)) {
            all.add(HttpMethod.HEAD);
        }
        all.add(HttpMethod.OPTIONS);
        return all.toArray(HttpMethod[]::new);
    }

    private static ResponseEntity.BodyBuilder problem(HttpStatusCode status) {
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }
}
