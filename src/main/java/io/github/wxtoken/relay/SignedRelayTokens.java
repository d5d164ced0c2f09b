package io.github.wxtoken.relay;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Issues and verifies the access_tokens of the relay: JSON Web Tokens (RFC 7519) with the names of a caller and an
 * account, signed by HMAC with SHA-256. They are worth nothing at WeChat. Thread-safe.
 *
 * <p>The signing key is derived from the account's AppSecret. So all replicas agree without further configuration, and a
 * reset of the AppSecret ends all of them. Caller and account are looked up at each use, so removing one ends its tokens
 * at once. So does removing the key with which a token was requested.
 */
final class SignedRelayTokens {

    /** The life of a token in seconds. SDKs subtract up to 1,500 s from it and fail or loop on less. */
    static final long EXPIRES_IN = 7200;

    /** The difference between the clocks of two replicas that is tolerated. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** The claim with the fingerprint of the caller's key. */
    private static final String KEY = "key";

    private final Accounts accounts;
    private final Callers known;
    private final Map<String, Caller> callers;
    private final Function<String, byte[]> keys;
    private final InstantSource clock;

    /** Creates the issuer. {@code keys} returns the signing key of an AppID. */
    SignedRelayTokens(Accounts accounts, Callers callers, Function<String, byte[]> keys, InstantSource clock) {
        this.accounts = accounts;
        this.known = callers;
        this.callers = callers.all().stream().collect(Collectors.toUnmodifiableMap(Caller::name, Function.identity()));
        this.keys = keys;
        this.clock = clock;
    }

    /** Returns a new token of a caller for an account. It is valid as long as the caller has this key. */
    String issue(Caller caller, String key, Account account) {
        Instant end = clock.instant().plusSeconds(EXPIRES_IN);
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject(caller.name())
                        .audience(account.appid())
                        .claim(KEY, Callers.fingerprint(key))
                        .expirationTime(Date.from(end))
                        .build());
        try {
            token.sign(new MACSigner(keys.apply(account.appid())));
        } catch (JOSEException e) {
            throw new IllegalStateException("a key of 256 bits can sign", e);
        }
        return token.serialize();
    }

    /**
     * Returns the holder of a token.
     *
     * @throws RelayException with 42001 if it has expired, or with 40001 if it is not valid
     */
    Holder verify(String text) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            JWTClaimsSet claims = token.getJWTClaimsSet();
            List<String> audience = claims.getAudience();
            Account account =
                    audience.size() == 1 ? accounts.find(audience.get(0)).orElse(null) : null;
            if (account == null
                    || !token.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)
                    || !token.verify(new MACVerifier(keys.apply(account.appid())))) {
                throw invalid();
            }
            Date end = claims.getExpirationTime();
            if (end == null || !clock.instant().isBefore(end.toInstant().plus(SKEW))) {
                throw RelayException.weChat(42001, "access_token expired");
            }
            Caller caller = claims.getSubject() == null ? null : callers.get(claims.getSubject());
            if (caller == null
                    || !caller.mayUse(account.name())
                    || !known.hasKey(caller, String.valueOf(claims.getClaim(KEY)))) {
                throw invalid();
            }
            return new Holder(caller, account);
        } catch (ParseException | JOSEException e) {
            throw invalid();
        }
    }

    static RelayException invalid() {
        return RelayException.weChat(40001, "invalid credential, access_token is invalid or not latest");
    }

    /** A caller and the account that it uses. */
    record Holder(Caller caller, Account account) {}
}
