package io.github.wxtoken.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** A caller's key: 256 random bits in letters, digits, {@code -} and {@code _}, so that it looks unlike its digest. */
public final class Key {

    private static final int BYTES = 32;

    private final String value;

    private Key(String value) {
        this.value = value;
    }

    /** A fresh key. */
    public static Key random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Key(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The key in clear, for the one who is going to use it. */
    public String value() {
        return value;
    }

    /** Its SHA-256 in hex digits, for the configuration. */
    public String sha256() {
        return HexFormat.of().formatHex(sha256(value));
    }

    /** The SHA-256 of a key. Such a digest needs no salt or stretching: nobody can guess 256 random bits. */
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
