package io.github.wxtoken.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** A caller's key: 256 random bits in URL-safe Base64, so that it does not look like its hexadecimal digest. */
public final class Key {

    private static final int BYTES = 32;

    private final String value;

    private Key(String value) {
        this.value = value;
    }

    /** Returns a new random key. */
    public static Key random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Key(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Returns the key in clear text, for its owner. */
    public String value() {
        return value;
    }

    /** Returns the SHA-256 of the key in hexadecimal, for the configuration. */
    public String sha256() {
        return HexFormat.of().formatHex(sha256(value));
    }

    /** Returns the SHA-256 of a key. No salt or stretching is needed, because 256 random bits cannot be guessed. */
    static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
