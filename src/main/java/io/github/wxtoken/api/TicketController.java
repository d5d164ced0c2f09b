package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves reads and reports of tickets. */
@RestController
final class TicketController {

    private static final String TYPE = "type";

    private final TokenCalls calls;
    private final AccountSelector selector;
    private final ReportBody body;

    TicketController(TokenCalls calls, AccountSelector selector, ReportBody body) {
        this.calls = calls;
        this.selector = selector;
        this.body = body;
    }

    /** Returns the current ticket of a type. */
    @GetMapping("/ticket")
    Object ticket(HttpServletRequest request) {
        Caller caller = Caller.current();
        Query query = Query.of(request, TYPE, AccountSelector.APPID, TokenCalls.WAIT);
        TokenKind kind = kind(query);
        Account account = selector.of(query, caller, request.getRemoteAddr());
        return calls.read(request, query, caller, key(account, kind));
    }

    /**
     * Accepts a report that WeChat refuses signatures made with a ticket. Answers with the ticket that WeChat returns
     * now: there is no other way to verify one.
     */
    @PostMapping("/ticket/refresh")
    Object refresh(HttpServletRequest request) {
        Caller caller = Caller.current();
        String refused = body.read(request, caller, "ticket");
        Query query = Query.of(request, TYPE, AccountSelector.APPID);
        TokenKind kind = kind(query);
        Account account = selector.of(query, caller, request.getRemoteAddr());
        return calls.report(request, caller, account, key(account, kind), refused);
    }

    /** Returns the key of an account's ticket. Rejects the request if the account keeps no such ticket. */
    static TokenKey key(Account account, TokenKind kind) {
        if (!account.tickets().contains(kind)) {
            throw new RejectedRequestException(
                    HttpStatus.NOT_FOUND,
                    Message.of(
                            TicketController.class,
                            "ticket.unknown",
                            Objects.requireNonNull(kind.type()),
                            NamedProperties.ACCOUNTS.prefix(account.name())));
        }
        return new TokenKey(account.appid(), kind);
    }

    private static TokenKind kind(Query query) {
        return TokenKind.ofType(query.require(TYPE))
                .orElseThrow(() ->
                        RejectedRequestException.badRequest(Message.of(TicketController.class, "query.type", TYPE)));
    }
}
