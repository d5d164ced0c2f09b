package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.ClientLimits;
import io.github.wxtoken.caller.ClientLimits.Permits;
import io.github.wxtoken.keeper.Report;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * The operations shared by access_tokens and tickets: reading the current one, waiting for a newer one and reporting
 * one. Thread-safe.
 *
 * <p>Answers set the content type, so that no {@code Accept} header makes them fail. A waiter holds a connection but no
 * thread.
 */
@Component
final class TokenCalls {

    static final String WAIT = "wait";

    /** The longest wait that a caller may request, in seconds. */
    private static final int LONGEST_REQUEST = 60;

    /**
     * The longest wait. It ends before the 60 seconds after which nginx and the load balancers of most clouds give up a
     * request without an answer.
     */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(55);

    private final TokenKeeper keeper;
    private final Permits longPolls;
    private final UsageRecorder usageRecorder;

    TokenCalls(TokenKeeper keeper, ClientLimits limits, UsageRecorder usageRecorder) {
        this.keeper = keeper;
        this.longPolls = limits.longPolls();
        this.usageRecorder = usageRecorder;
    }

    /**
     * Answers a read. If {@code If-None-Match} has the current version, Spring answers 304, and the caller's
     * {@code expires_in} remains valid. With a {@code wait} as well, the answer comes when the version differs or the
     * wait is over.
     */
    Object read(HttpServletRequest request, Query query, Caller caller, TokenKey key) {
        Duration wait = wait(query);
        usageRecorder.read(caller, key.kind());
        Set<String> known = wait.isZero() ? Set.of() : knownVersions(request);
        CompletableFuture<ServedToken> served = known.isEmpty() ? keeper.current(key) : newer(caller, key, known, wait);
        return PendingAnswers.answer(
                served, token -> json().eTag(Long.toString(token.version())).body(TokenAnswer.of(key, token)));
    }

    /** Waits for a version that the caller does not know, or returns the current one if too many calls wait. */
    private CompletableFuture<ServedToken> newer(Caller caller, TokenKey key, Set<String> known, Duration wait) {
        if (!longPolls.tryTake(caller)) {
            return keeper.current(key);
        }
        CompletableFuture<ServedToken> newer =
                keeper.otherThan(key, version -> known.contains(Long.toString(version)), wait);
        newer.whenComplete((token, e) -> longPolls.giveBack(caller));
        // Not the dependent future: it is cancelled when the client disconnects, and the keeper must learn of that.
        return newer;
    }

    /** Answers a report; {@code refused} is null if it names no token. */
    Object report(HttpServletRequest request, Caller caller, Account account, TokenKey key, @Nullable String refused) {
        return PendingAnswers.answer(reported(request, caller, account, key.kind(), refused), report -> json().body(
                        TokenAnswer.of(key, report)));
    }

    /** Processes a report; publishes an audit event when it completes. */
    CompletableFuture<Report> reported(
            HttpServletRequest request, Caller caller, Account account, TokenKind kind, @Nullable String refused) {
        // Read now: the request may be recycled when the report completes.
        String address = request.getRemoteAddr();
        return keeper.report(new TokenKey(account.appid(), kind), refused)
                .whenComplete((report, failure) ->
                        usageRecorder.reported(caller, account, kind, refused, address, report, failure));
    }

    private static ResponseEntity.BodyBuilder json() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON);
    }

    /** Returns how long a caller waits, at most {@link #LONGEST_WAIT}; zero if it did not ask for a wait. */
    static Duration wait(Query query) {
        String text = query.get(WAIT);
        if (text == null) {
            return Duration.ZERO;
        }
        if (!text.matches("\\d{1,2}") || Integer.parseInt(text) > LONGEST_REQUEST) {
            throw RejectedRequestException.badRequest(
                    Message.of(TokenCalls.class, "query.wait", WAIT, LONGEST_REQUEST));
        }
        Duration requested = Duration.ofSeconds(Integer.parseInt(text));
        return requested.compareTo(LONGEST_WAIT) < 0 ? requested : LONGEST_WAIT;
    }

    private static Set<String> knownVersions(HttpServletRequest request) {
        Set<String> tags = new HashSet<>();
        for (String header : Collections.list(request.getHeaders(HttpHeaders.IF_NONE_MATCH))) {
            ETag.parse(header).forEach(etag -> tags.add(etag.tag()));
        }
        return tags;
    }
}
