package io.github.wxtoken.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A credential that WeChat issued, with its life. Its {@link #toString()} never shows the value.
 *
 * @param value what WeChat issued; opaque, up to 512 characters
 * @param issuedAt the start of its life, counted from before the request was sent
 * @param expiresAt the instant from which WeChat no longer takes it
 */
public record Token(String value, Instant issuedAt, Instant expiresAt) {

    /** The first 8 hex digits of the value's SHA-256: tells tokens apart in logs without giving them away. */
    public String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Whether it has this value, and lives. How long that takes does not tell how much of the value is right. */
    boolean isUsable(String other, Instant now) {
        return MessageDigest.isEqual(value.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8))
                && now.isBefore(expiresAt);
    }

    @Override
    public String toString() {
        return "Token[" + fingerprint() + ", " + issuedAt + " to " + expiresAt + "]";
    }
}
