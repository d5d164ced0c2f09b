package io.github.wxtoken.caller;

import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.NamedProperties;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** The configured callers and the digests of their keys. Immutable. */
public final class Callers {

    private static final Pattern SHA256 = Pattern.compile("[0-9A-Fa-f]{64}");
    private static final ByteBuffer OF_NOTHING = ByteBuffer.wrap(Key.sha256(""));

    /** The caller of every request if no callers are configured, when the server listens on loopback only. */
    private static final Caller ANYBODY = new Caller("anybody", null, true);

    private final List<Caller> all = new ArrayList<>();
    private final Map<ByteBuffer, Digest> digests = new HashMap<>();
    private final Map<String, Caller> byFingerprint = new HashMap<>();

    /**
     * Creates the callers from their properties, by name.
     *
     * @throws InvalidConfigurationPropertyValueException if a property is not valid
     */
    Callers(Map<String, CallerProperties> properties) {
        properties.forEach((name, caller) -> add(prefix(name), name, caller));
    }

    private void add(String prefix, String name, CallerProperties properties) {
        List<String> accounts = properties.accounts();
        if (accounts != null && accounts.isEmpty() && !properties.operator()) {
            throw invalid(prefix + ".accounts", "useless");
        }
        Caller caller = new Caller(name, accounts, properties.relay(), properties.operator());
        all.add(caller);
        List<String> keys = properties.keySha256();
        if (keys == null || keys.isEmpty()) {
            throw invalid(prefix + ".key-sha256", "key.missing");
        }
        for (int i = 0; i < keys.size(); i++) {
            add(new Digest(prefix + ".key-sha256[" + i + "]", keys.get(i), caller));
        }
    }

    private void add(Digest digest) {
        byFingerprint.put(digest.fingerprint, digest.caller);
        Digest other = digests.putIfAbsent(digest.sha256, digest);
        if (other != null) {
            throw invalid(digest.property, "key.twice", other.property);
        }
    }

    /** Returns all callers in the order of the configuration, or the anonymous caller if none are configured. */
    public Collection<Caller> all() {
        return isEmpty() ? List.of(ANYBODY) : List.copyOf(all);
    }

    /** Returns the anonymous caller if no callers are configured, or null. */
    @Nullable
    Caller anybody() {
        return isEmpty() ? ANYBODY : null;
    }

    /** Returns whether no callers are configured. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /**
     * Checks that all accounts named by callers exist.
     *
     * @param known the names of all accounts
     * @throws InvalidConfigurationPropertyValueException if one does not exist
     */
    public void requireAccounts(Collection<String> known) {
        for (Caller caller : all) {
            List<String> accounts = caller.accounts();
            for (int i = 0; accounts != null && i < accounts.size(); i++) {
                if (!known.contains(accounts.get(i))) {
                    throw invalid(prefix(caller.name()) + ".accounts[" + i + "]", "account");
                }
            }
        }
    }

    /** Returns a short name of a key, which reveals nothing about it. */
    public static String fingerprint(String key) {
        return fingerprint(Key.sha256(key));
    }

    private static String fingerprint(byte[] sha256) {
        return HexFormat.of().formatHex(sha256, 0, 8);
    }

    /** Returns whether a caller has the key with a fingerprint. */
    public boolean hasKey(Caller caller, String fingerprint) {
        return byFingerprint.get(fingerprint) == caller;
    }

    /** Returns the owner of a key that was not sent in the {@code Authorization} header, or null if there is none. */
    public @Nullable Caller holder(String key) {
        Caller anybody = anybody();
        return anybody == null ? find(null, key) : anybody;
    }

    /**
     * Returns the owner of a key, or null if there is none. The lookup need not take constant time: its time depends on the
     * digest of the key, which tells nothing about a key of 256 random bits.
     *
     * @param name the caller's name sent with the key, or null
     */
    @Nullable
    Caller find(@Nullable String name, String key) {
        Digest digest = digests.get(ByteBuffer.wrap(Key.sha256(key)));
        return digest != null && (name == null || name.equals(digest.caller.name())) ? digest.caller : null;
    }

    private static String prefix(String name) {
        return NamedProperties.CALLERS.prefix(name);
    }

    private static RuntimeException invalid(String property, String key, Object... arguments) {
        String reason = Message.of(Callers.class, key, arguments).inSystemLanguage();
        // Omits the value, which may be a key in the wrong place.
        return new InvalidConfigurationPropertyValueException(property, null, reason);
    }

    /** The digest of a key and its owner. */
    private static final class Digest {

        private final String property;
        private final ByteBuffer sha256;
        private final String fingerprint;
        private final Caller caller;

        Digest(String property, String hex, Caller caller) {
            if (!SHA256.matcher(hex).matches()) {
                throw invalid(property, "key.digest");
            }
            this.property = property;
            byte[] bytes = HexFormat.of().parseHex(hex);
            this.sha256 = ByteBuffer.wrap(bytes);
            this.fingerprint = fingerprint(bytes);
            this.caller = caller;
            if (sha256.equals(OF_NOTHING)) {
                throw invalid(property, "key.empty");
            }
        }
    }
}
