package io.github.wxtoken.redis;

import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.StoreProblem;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenStoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The encryption of token values at rest: AES-GCM (NIST SP 800-38D) with 256-bit keys, random 96-bit nonces and 128-bit
 * tags. The token's key is the associated data, so that no account can be given another account's token. Thread-safe.
 */
final class TokenEncryption {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final List<SecretKey> keys;
    private final SecureRandom random = new SecureRandom();

    private TokenEncryption(List<SecretKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Creates the encryption with the configured keys.
     *
     * @throws InvalidConfigurationPropertyValueException if a key is invalid; the exception does not show its value
     */
    static TokenEncryption with(RedisProperties properties) {
        List<SecretKey> keys = new ArrayList<>();
        for (String text : properties.encryptionKey()) {
            keys.add(new SecretKeySpec(decoded(text, keys.size()), "AES"));
        }
        return new TokenEncryption(keys);
    }

    /** Returns whether there is a key to encrypt with. */
    boolean seals() {
        return !keys.isEmpty();
    }

    /** Encrypts a value with the first key. */
    byte[] seal(TokenKey of, String value) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.get(0), nonce, of);
            byte[] sealed = cipher.doFinal(value.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-GCM", e);
        }
    }

    /**
     * Decrypts a value that was encrypted with one of the keys.
     *
     * @throws TokenStoreException if it was encrypted with another key or for another token, or is damaged
     */
    String open(TokenKey of, byte[] sealed) {
        for (SecretKey key : keys) {
            try {
                Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, sealed, of);
                byte[] value = cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
                return new String(value, StandardCharsets.UTF_8);
            } catch (AEADBadTagException e) {
                // The next key may be the right one.
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                break;
            }
        }
        throw new TokenStoreException(StoreProblem.KEY_UNKNOWN);
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, TokenKey of) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE_BYTES));
        cipher.updateAAD((of.appid() + ":" + of.kind()).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] decoded(String text, int index) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.trim());
        } catch (IllegalArgumentException e) {
            key = new byte[0];
        }
        if (key.length != KEY_BYTES) {
            throw new InvalidConfigurationPropertyValueException(
                    "wxtoken.redis.encryption-key[" + index + "]",
                    "(not shown)",
                    Message.of(TokenEncryption.class, "encryption_key").inSystemLanguage());
        }
        return key;
    }
}
