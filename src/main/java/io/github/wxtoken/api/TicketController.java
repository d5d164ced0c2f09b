package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The calls about tickets. */
@RestController
final class TicketController {

    private static final String TYPE = "type";

    private final TokenCalls calls;
    private final AccountSelector asked;
    private final ReportBody body;

    TicketController(TokenCalls calls, AccountSelector asked, ReportBody body) {
        this.calls = calls;
        this.asked = asked;
        this.body = body;
    }

    /** The current ticket of a type. */
    @GetMapping("/ticket")
    Object ticket(HttpServletRequest request) {
        Caller caller = Caller.current();
        Query query = Query.of(request, TYPE, AccountSelector.APPID, TokenCalls.WAIT);
        TokenKind kind = kind(query);
        Account account = asked.of(query, caller, request.getRemoteAddr());
        return calls.read(request, query, caller, key(account, kind), TicketAnswer::of);
    }

    /**
     * Takes a report that signatures made with a ticket are refused, and answers with the one that WeChat hands out. There
     * is no other way to verify one.
     */
    @PostMapping("/ticket/refresh")
    Object refresh(HttpServletRequest request) {
        Caller caller = Caller.current();
        String refused = body.read(request, caller, "ticket");
        Query query = Query.of(request, TYPE, AccountSelector.APPID);
        TokenKind kind = kind(query);
        Account account = asked.of(query, caller, request.getRemoteAddr());
        return calls.report(request, caller, account, key(account, kind), refused, TicketAnswer::of);
    }

    /** The key of one of an account's tickets. */
    static TokenKey key(Account account, TokenKind kind) {
        if (!account.tickets().contains(kind)) {
            throw new RejectedRequestException(
                    HttpStatus.NOT_FOUND,
                    "No such ticket is kept for this account: add " + kind.type() + " to wxtoken.accounts."
                            + account.name() + ".tickets.");
        }
        return new TokenKey(account.appid(), kind);
    }

    private static TokenKind kind(Query query) {
        return TokenKind.ofType(query.require(TYPE))
                .orElseThrow(() ->
                        RejectedRequestException.badRequest("The query parameter type must be jsapi or wx_card."));
    }
}
