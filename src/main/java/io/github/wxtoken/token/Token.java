package io.github.wxtoken.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A credential issued by WeChat, with its period of validity. Its {@link #toString()} never shows the value.
 *
 * @param value the credential; opaque; from WeChat or Redis, only {@linkplain #isWellFormed well-formed} ones are accepted
 * @param issuedAt the start of validity, taken before the request is sent
 * @param expiresAt when WeChat stops accepting it
 */
public record Token(String value, Instant issuedAt, Instant expiresAt) {

    /** The greatest length of a value. WeChat asks clients to reserve at least 512 characters. */
    public static final int MAX_LENGTH = 2048;

    /** Returns whether a value has the form of a token: 1 to 2048 characters of printable ASCII without blanks. */
    public static boolean isWellFormed(String value) {
        return !value.isEmpty() && value.length() <= MAX_LENGTH && value.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    /** Returns the first 8 hex digits of the value's SHA-256, which identify tokens in logs without revealing them. */
    public String fingerprint() {
        return sha256(value).substring(0, 8);
    }

    /** Returns the SHA-256 of a value in hexadecimal. */
    public static String sha256(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Returns whether the token has this value and has not expired. Compares the values in constant time. */
    boolean isUsable(String other, Instant now) {
        return MessageDigest.isEqual(value.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8))
                && now.isBefore(expiresAt);
    }

    @Override
    public String toString() {
        return "Token[" + fingerprint() + ", " + issuedAt + " to " + expiresAt + "]";
    }
}
