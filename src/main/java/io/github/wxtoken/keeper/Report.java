package io.github.wxtoken.keeper;

import io.github.wxtoken.token.ServedToken;

/**
 * The answer to a report that WeChat refuses a token.
 *
 * @param outcome what was found
 * @param served a working token
 */
public record Report(Outcome outcome, ServedToken served) {

    /** What a report led to. */
    public enum Outcome {
        /** The token was dead, and has been replaced. */
        REFRESHED,
        /** The refused token was not the current one any more; nothing was asked of WeChat. */
        SUPERSEDED,
        /** WeChat accepts the token: it is known to refuse a good one now and then. */
        ALIVE
    }
}
