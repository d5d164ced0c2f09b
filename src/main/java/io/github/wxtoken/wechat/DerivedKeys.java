package io.github.wxtoken.wechat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives keys from the AppSecrets of accounts by HKDF with SHA-256 (RFC 5869), without a salt, in one block of 32 bytes.
 * The JDK has HKDF only from version 25. Thread-safe.
 */
public final class DerivedKeys {

    private static final String HMAC = "HmacSHA256";

    private final ConfiguredAccounts accounts;

    DerivedKeys(ConfiguredAccounts accounts) {
        this.accounts = accounts;
    }

    /**
     * Returns a key that only the holders of an account's AppSecret can derive, and that does not reveal it. Keys of
     * different purposes do not reveal each other.
     *
     * @param appid the AppID of a configured account
     */
    public byte[] of(String appid, String purpose) {
        byte[] secret = accounts.secret(appid).value().getBytes(StandardCharsets.UTF_8);
        return expand(extract(secret), purpose.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] extract(byte[] input) {
        return hmac(new byte[32], input);
    }

    /** Returns the first 32 bytes of the output. */
    static byte[] expand(byte[] key, byte[] info) {
        byte[] block = Arrays.copyOf(info, info.length + 1);
        block[info.length] = 1;
        return hmac(key, block);
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
