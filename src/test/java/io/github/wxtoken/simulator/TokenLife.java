package io.github.wxtoken.simulator;

import java.time.Instant;

/**
 * The life of one token as WeChat sees it: accepted from {@code issuedAt} up to, but not at, {@code diesAt}.
 *
 * <p>{@code diesAt} starts out as {@code expiresAt} and only ever moves earlier, never into the past of the moment at
 * which it is moved: so the life of a token, asked for afterwards, tells the truth about every earlier moment.
 */
public record TokenLife(String token, String appid, Instant issuedAt, Instant expiresAt, Instant diesAt) {

    public boolean wasAliveAt(Instant when) {
        return !when.isBefore(issuedAt) && when.isBefore(diesAt);
    }

    TokenLife endingBy(Instant end) {
        return end.isBefore(diesAt) ? new TokenLife(token, appid, issuedAt, expiresAt, end) : this;
    }

    /** What WeChat says about the token: 42001 if it died of old age, 40001 if something else came first. */
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
