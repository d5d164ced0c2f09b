package io.github.wxtoken.simulator;

import java.time.Instant;

/**
 * The lifetime of one token as WeChat sees it: accepted from {@code issuedAt} (inclusive) to {@code diesAt}
 * (exclusive).
 *
 * <p>{@code diesAt} starts as {@code expiresAt} and only moves earlier, never before the time of the move. So a later
 * query gives the right result for every past time.
 */
public record TokenLife(String token, String appid, Instant issuedAt, Instant expiresAt, Instant diesAt) {

    public boolean wasAliveAt(Instant when) {
        return !when.isBefore(issuedAt) && when.isBefore(diesAt);
    }

    TokenLife endingBy(Instant end) {
        return end.isBefore(diesAt) ? new TokenLife(token, appid, issuedAt, expiresAt, end) : this;
    }

    /** Returns WeChat's verdict on the token: 42001 if it expired, 40001 if it was invalidated earlier. */
    Errcode verdictAt(Instant when) {
        if (when.isBefore(diesAt)) {
            return Errcode.OK;
        }
        return diesAt.equals(expiresAt) ? Errcode.ACCESS_TOKEN_EXPIRED : Errcode.INVALID_CREDENTIAL;
    }

    @Override
    public String toString() {
        return "TokenLife[%s of %s, %s to %s]".formatted(Fingerprint.of(token), appid, issuedAt, diesAt);
    }
}
