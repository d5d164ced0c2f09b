package io.github.wxtoken.monitor;

import static io.github.wxtoken.monitor.Words.word;

import io.github.wxtoken.keeper.Action;
import io.github.wxtoken.keeper.Replacement;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenKey;
import java.security.Principal;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/**
 * The endpoint {@code tokens}: how each token stands, what has happened to it, and what operators may order. Thread-safe.
 */
@Component
@Endpoint(id = "tokens")
final class TokensEndpoint {

    /** More than anybody looks at, and still an answer that a browser can draw. */
    private static final int MOST_SHOWN = 100;

    /** Of how many tokens at once the history is shown, too; of one account, always. */
    private static final int MOST_WITH_HISTORY = 20;

    /** So many orders may be under way at once. Each holds a thread for some seconds. */
    private static final int MOST_ORDERS = 8;

    /** The caller room's role of those who may use all accounts; with a dash and its name, only one. */
    private static final String ANY_ACCOUNT = "ACCOUNT";

    private final Accounts accounts;
    private final TokenKeeper keeper;
    private final History history;
    private final AuditLog audit;
    private final InstantSource clock;
    private final @Nullable String version;
    private final Semaphore orders = new Semaphore(MOST_ORDERS);

    TokensEndpoint(
            Accounts accounts,
            TokenKeeper keeper,
            History history,
            AuditLog audit,
            InstantSource clock,
            ObjectProvider<BuildProperties> build) {
        this.accounts = accounts;
        this.keeper = keeper;
        this.history = history;
        this.audit = audit;
        this.clock = clock;
        this.version = Optional.ofNullable(build.getIfAvailable())
                .map(BuildProperties::getVersion)
                .orElse(null);
    }

    /** How all tokens stand, the worst first. */
    @ReadOperation
    TokensAnswer all() {
        List<TokenStatus> tokens = State.worstFirst(keeper);
        return answer(tokens, tokens.size() <= MOST_WITH_HISTORY);
    }

    /** How the tokens of one account stand. */
    @ReadOperation
    WebEndpointResponse<?> one(@Selector String account) {
        List<TokenStatus> tokens = of(account);
        return tokens.isEmpty() ? unknown() : new WebEndpointResponse<>(answer(tokens, true));
    }

    /** Carries out an order for an account's access_token, and waits some seconds for the end of it. */
    @WriteOperation
    WebEndpointResponse<?> order(@Selector String account, @Nullable String action, SecurityContext security) {
        List<TokenStatus> tokens = of(account);
        if (tokens.isEmpty()) {
            return unknown();
        }
        Action ordered = Arrays.stream(Action.values())
                .filter(each -> word(each).equals(action))
                .findAny()
                .orElse(null);
        if (ordered == null) {
            return problem(
                    HttpStatus.BAD_REQUEST,
                    "Send {\"action\":\"...\"} with one of: "
                            + Arrays.stream(Action.values()).map(Words::word).collect(Collectors.joining(", "))
                            + ".");
        }
        if (!security.isUserInRole(ANY_ACCOUNT) && !security.isUserInRole(ANY_ACCOUNT + "-" + account)) {
            return problem(
                    HttpStatus.FORBIDDEN,
                    "This operator may not use the account: see wxtoken.callers.<name>.accounts.");
        }
        if (!orders.tryAcquire()) {
            return problem(HttpStatus.TOO_MANY_REQUESTS, "Too many orders are under way. Wait until they are done.");
        }
        try {
            return carryOut(tokens.get(0).key(), account, ordered, security.getPrincipal());
        } finally {
            orders.release();
        }
    }

    private WebEndpointResponse<?> carryOut(
            TokenKey key, String account, Action action, @Nullable Principal principal) {
        String by = principal == null ? "-" : principal.getName();
        audit.onAuditEvent(new AuditEvent(by, "order", Map.of("account", account, "action", word(action))));
        Replacement replacement = keeper.order(key, action, by).join();
        return new WebEndpointResponse<>(
                OrderAnswer.of(action, replacement, keeper.status(key), LocaleContextHolder.getLocale()));
    }

    private List<TokenStatus> of(String account) {
        return accounts.all().stream()
                .filter(each -> each.name().equals(account))
                .flatMap(each -> each.keys().stream())
                .map(keeper::status)
                .toList();
    }

    private TokensAnswer answer(List<TokenStatus> tokens, boolean withHistory) {
        return TokensAnswer.of(
                clock.instant(),
                keeper.replica(),
                version,
                tokens,
                MOST_SHOWN,
                token -> withHistory ? history.of(token.key()) : null,
                LocaleContextHolder.getLocale());
    }

    private static WebEndpointResponse<?> unknown() {
        return problem(
                HttpStatus.NOT_FOUND,
                "No such account. Its name is the one of wxtoken.accounts.<name>, not the AppID.");
    }

    private static WebEndpointResponse<?> problem(HttpStatus status, String detail) {
        return new WebEndpointResponse<>(
                ProblemDetail.forStatusAndDetail(status, detail), status.value(), MediaType.APPLICATION_PROBLEM_JSON);
    }
}
