package io.github.wxtoken.keeper;

import io.github.wxtoken.token.ServedToken;

/**
 * The answer to a report that WeChat rejects a token.
 *
 * @param outcome the result of the report
 * @param served a working token
 */
public record Report(Outcome outcome, ServedToken served) {

    /** The result of a report. */
    public enum Outcome {
        /** The token was replaced, as it was dead or could not be verified. */
        REFRESHED,
        /** The reported value is not the current token: it was replaced, or no replica knows it. WeChat was not asked. */
        SUPERSEDED,
        /**
         * WeChat accepted the token when it was asked after the report. It is known to reject valid tokens occasionally.
         * A ticket: WeChat returned the same one, at most a minute before.
         */
        ALIVE
    }
}
