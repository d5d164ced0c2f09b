package io.github.wxtoken.wechat;

import io.github.wxtoken.support.SafeText;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;

/** Creates the exceptions for fetches that returned no token. They contain no secret, token or URL. */
final class FetchFailures {

    private FetchFailures() {}

    /** Returns the exception for an unsuccessful response. */
    static TokenSourceException of(WeChatResponse answer, TokenRequest tokenRequest) {
        Integer code = answer.errcode();
        String token = answer.text(tokenRequest.field());
        if (code == null || code == 0) {
            if (token != null) {
                return transport(CallOutcome.UNKNOWN, unusable(token, tokenRequest.field()), Hints.TOKEN_FORM);
            }
            CallOutcome outcome = answer.refused() ? CallOutcome.REFUSED : CallOutcome.UNKNOWN;
            String flaw = SafeText.line(answer.flaw(), tokenRequest.secret()::mask);
            return transport(outcome, flaw, Hints.PROXY);
        }
        // If the response has both a token and an error, WeChat may have minted.
        CallOutcome outcome = token == null ? CallOutcome.REFUSED : CallOutcome.UNKNOWN;
        String errmsg = SafeText.line(answer.errmsg(), tokenRequest.secret()::mask);
        if (tokenRequest.takesAccessToken() && Errcode.refusesAccessToken(code)) {
            return new TokenSourceException(Advice.REPORT, outcome, code, errmsg, Hints.ACCESS_TOKEN, null);
        }
        return new TokenSourceException(
                Errcode.advice(code),
                outcome,
                code,
                errmsg.isEmpty() ? "(no errmsg)" : errmsg,
                Errcode.hint(code),
                Errcode.retryAfter(code));
    }

    /** Returns the exception for a request that was sent but not answered. */
    static TokenSourceException lost(String text) {
        return transport(CallOutcome.UNKNOWN, text, Hints.EGRESS);
    }

    /**
     * Returns the exception for a request that was certainly not sent. A rejected login is not repeated soon, since a
     * proxy may lock the user out.
     */
    static TokenSourceException notSent(String text, String hint) {
        Advice advice = hint.equals(Hints.PROXY_LOGIN) ? Advice.OPERATOR : Advice.RETRY_SOON;
        return new TokenSourceException(advice, CallOutcome.NOT_SENT, 0, text, hint, null);
    }

    /** Says what is wrong with a malformed token, without quoting it. */
    private static String unusable(String token, String field) {
        return "answer had an unusable " + field + ": it "
                + (token.length() > Token.MAX_LENGTH
                        ? "has " + token.length() + " characters"
                        : "contains blanks, control characters or other than ASCII");
    }

    private static TokenSourceException transport(CallOutcome outcome, String text, String hint) {
        return new TokenSourceException(Advice.RETRY_SOON, outcome, 0, text, hint, null);
    }
}
