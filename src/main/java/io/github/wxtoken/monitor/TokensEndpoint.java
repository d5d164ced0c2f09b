package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.keeper.Action;
import io.github.wxtoken.keeper.Replacement;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.support.EnumNames;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenKey;
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
 * The endpoint {@code tokens}: shows the state and the recent events of each token and accepts operators' orders.
 * Thread-safe.
 */
@Component
@Endpoint(id = "tokens")
final class TokensEndpoint {

    /** The maximum number of tokens in a response: as many as a browser can display well. */
    private static final int MOST_SHOWN = 100;

    /** The maximum number of tokens shown with their history. A single account's tokens always have it. */
    private static final int MOST_WITH_HISTORY = 20;

    /** The maximum number of concurrent orders. Each blocks a thread for some seconds. */
    private static final int MOST_ORDERS = 8;

    private final Accounts accounts;
    private final TokenKeeper keeper;
    private final History history;
    private final AuditLog audit;
    private final RelayActivity relay;
    private final InstantSource clock;
    private final @Nullable String version;
    private final Semaphore orders = new Semaphore(MOST_ORDERS);

    TokensEndpoint(
            Accounts accounts,
            TokenKeeper keeper,
            History history,
            AuditLog audit,
            RelayActivity relay,
            InstantSource clock,
            ObjectProvider<BuildProperties> build) {
        this.accounts = accounts;
        this.keeper = keeper;
        this.history = history;
        this.audit = audit;
        this.relay = relay;
        this.clock = clock;
        this.version = Optional.ofNullable(build.getIfAvailable())
                .map(BuildProperties::getVersion)
                .orElse(null);
    }

    /** Returns the state of all tokens, the worst first, and the relayed calls. */
    @ReadOperation
    TokensAnswer all() {
        List<TokenStatus> tokens = State.worstFirst(keeper);
        return answer(tokens, tokens.size() <= MOST_WITH_HISTORY, relay.current());
    }

    /** Returns the state of one account's tokens. */
    @ReadOperation
    WebEndpointResponse<?> one(@Selector String account) {
        List<TokenStatus> tokens = of(account);
        return tokens.isEmpty() ? unknown() : new WebEndpointResponse<>(answer(tokens, true, null));
    }

    /** Carries out an order for an account's access_token. Waits some seconds until it is done. */
    @WriteOperation
    WebEndpointResponse<?> order(@Selector String account, @Nullable String action) {
        List<TokenStatus> tokens = of(account);
        if (tokens.isEmpty()) {
            return unknown();
        }
        Action ordered = Arrays.stream(Action.values())
                .filter(each -> lowerCase(each).equals(action))
                .findAny()
                .orElse(null);
        if (ordered == null) {
            return problem(
                    HttpStatus.BAD_REQUEST,
                    "error.action",
                    Arrays.stream(Action.values()).map(EnumNames::lowerCase).collect(Collectors.joining(", ")));
        }
        Caller caller = Caller.current();
        if (!caller.mayUse(account)) {
            return problem(HttpStatus.FORBIDDEN, "error.forbidden");
        }
        if (!orders.tryAcquire()) {
            return problem(HttpStatus.TOO_MANY_REQUESTS, "error.busy");
        }
        try {
            return carryOut(tokens.get(0).key(), account, ordered, caller.name());
        } finally {
            orders.release();
        }
    }

    private WebEndpointResponse<?> carryOut(TokenKey key, String account, Action action, String by) {
        audit.onAuditEvent(new AuditEvent(by, "order", Map.of("account", account, "action", lowerCase(action))));
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

    private TokensAnswer answer(
            List<TokenStatus> tokens, boolean withHistory, RelayActivity.@Nullable Relayed relayed) {
        return TokensAnswer.of(
                clock.instant(),
                keeper.replica(),
                version,
                tokens,
                MOST_SHOWN,
                token -> withHistory ? history.of(token.key()) : null,
                relayed,
                LocaleContextHolder.getLocale());
    }

    private static WebEndpointResponse<?> unknown() {
        return problem(HttpStatus.NOT_FOUND, "error.unknown");
    }

    private static WebEndpointResponse<?> problem(HttpStatus status, String key, Object... arguments) {
        String detail = Message.of(TokensEndpoint.class, key, arguments).in(LocaleContextHolder.getLocale());
        return new WebEndpointResponse<>(
                ProblemDetail.forStatusAndDetail(status, detail), status.value(), MediaType.APPLICATION_PROBLEM_JSON);
    }
}
