package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves reads and reports of access_tokens. */
@RestController
final class TokenController {

    /** The path of reads. */
    static final String READ = "/token";

    /** The path of reports. */
    static final String REPORT = "/token/refresh";

    /** The field of a report that holds the refused token. */
    static final String ACCESS_TOKEN = "access_token";

    private final TokenCalls calls;
    private final AccountSelector selector;
    private final ReportBody body;

    TokenController(TokenCalls calls, AccountSelector selector, ReportBody body) {
        this.calls = calls;
        this.selector = selector;
        this.body = body;
    }

    /** Returns the current token. Ignores a body, which has no meaning in a GET (RFC 9110). */
    @GetMapping(READ)
    Object token(HttpServletRequest request) {
        Caller caller = Caller.current();
        Query query = Query.of(request, AccountSelector.APPID, TokenCalls.WAIT);
        Account account = selector.of(query, caller, request.getRemoteAddr());
        return calls.read(request, query, caller, TokenKey.accessToken(account.appid()));
    }

    /** Accepts a report that WeChat refuses a token and answers with a working one. */
    @PostMapping(REPORT)
    Object refresh(HttpServletRequest request) {
        Caller caller = Caller.current();
        // Before the query: reading parameters first would make Tomcat read a form body without our limits.
        String refused = body.read(request, caller, ACCESS_TOKEN);
        Account account = selector.of(Query.of(request, AccountSelector.APPID), caller, request.getRemoteAddr());
        TokenKey key = TokenKey.accessToken(account.appid());
        return calls.report(request, caller, account, key, refused);
    }
}
