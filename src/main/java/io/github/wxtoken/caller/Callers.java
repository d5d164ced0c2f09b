package io.github.wxtoken.caller;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** The callers that were configured, and the digests of their keys. Immutable. */
public final class Callers {

    /** The prefix of the properties. */
    static final String PREFIX = "wxtoken.callers";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    /** What a property name takes without brackets. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z0-9-]+");

    private static final Pattern SHA256 = Pattern.compile("[0-9A-Fa-f]{64}");
    private static final byte[] OF_NOTHING = Key.sha256("");

    /** Whoever asks, where no callers are configured and therefore only the machine itself can ask. */
    private static final Caller ANYBODY = new Caller("anybody", null, true);

    private final List<Caller> all = new ArrayList<>();
    private final List<Digest> digests = new ArrayList<>();

    /** Checks the properties of all callers, by name. */
    Callers(Map<String, CallerProperties> properties) {
        properties.forEach((name, caller) -> add(prefix(name), name, caller));
    }

    private void add(String prefix, String name, CallerProperties properties) {
        List<String> accounts = properties.accounts();
        if (accounts != null && accounts.isEmpty() && !properties.operator()) {
            throw invalid(
                    prefix + ".accounts",
                    "Without accounts, and no operator, this caller could do nothing. Name its accounts, leave the"
                            + " property out to give it all of them, or remove the caller.");
        }
        Caller caller = new Caller(name, accounts, properties.operator());
        all.add(caller);
        List<String> keys = properties.keySha256();
        if (keys == null || keys.isEmpty()) {
            throw invalid(
                    prefix + ".key-sha256",
                    "The caller has no key. Give the SHA-256 of one: 'java -jar wxtoken.jar make-key' prints a fresh"
                            + " key and its digest.");
        }
        for (int i = 0; i < keys.size(); i++) {
            add(new Digest(prefix + ".key-sha256[" + i + "]", keys.get(i), caller));
        }
    }

    private void add(Digest digest) {
        for (Digest other : digests) {
            if (Arrays.equals(other.sha256, digest.sha256)) {
                throw invalid(
                        digest.property,
                        "It is the same as " + other.property + ". Every key must be another: make a fresh one.");
            }
        }
        digests.add(digest);
    }

    /** All callers, in the order of the configuration; where none are configured, the one who stands for whoever asks. */
    public Collection<Caller> all() {
        return isEmpty() ? List.of(ANYBODY) : List.copyOf(all);
    }

    /** The one who stands for whoever asks, where no callers are configured; else null. */
    @Nullable
    Caller anybody() {
        return isEmpty() ? ANYBODY : null;
    }

    /** Whether no callers are configured. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /**
     * Checks that the accounts exist which callers may use.
     *
     * @param known the names of all accounts
     * @throws InvalidConfigurationPropertyValueException if one does not
     */
    public void requireAccounts(Collection<String> known) {
        for (Caller caller : all) {
            List<String> accounts = caller.accounts();
            for (int i = 0; accounts != null && i < accounts.size(); i++) {
                if (!known.contains(accounts.get(i))) {
                    throw invalid(
                            prefix(caller.name()) + ".accounts[" + i + "]",
                            "There is no account of this name below wxtoken.accounts.");
                }
            }
        }
    }

    /** The caller that a key belongs to, which was shown elsewhere than in the header for it; null for none. */
    public @Nullable Caller holder(String key) {
        Caller anybody = anybody();
        return anybody == null ? find(null, key) : anybody;
    }

    /**
     * The caller that a key belongs to, or null. How long it takes does not depend on the key: its digest is compared with
     * each that is configured, all of them to their ends.
     *
     * @param name the name that goes with the key, where the caller gave one
     */
    @Nullable
    Caller find(@Nullable String name, String key) {
        byte[] presented = Key.sha256(key);
        Caller found = null;
        for (Digest digest : digests) {
            if (MessageDigest.isEqual(digest.sha256, presented)) {
                found = digest.caller;
            }
        }
        return found == null || name == null || name.equals(found.name()) ? found : null;
    }

    private static String prefix(String name) {
        if (!NAME.matcher(name).matches()) {
            throw invalid(
                    PREFIX,
                    "A caller's name may have letters, digits, '.', '_' and '-' only; it shows in logs and metrics."
                            + " Rename the caller.");
        }
        return PREFIX + (PLAIN_NAME.matcher(name).matches() ? "." + name : "[" + name + "]");
    }

    private static RuntimeException invalid(String property, String reason) {
        // Without the value: it may be a key in the wrong place.
        return new InvalidConfigurationPropertyValueException(property, null, reason);
    }

    /** The digest of one key, and whose it is. */
    private static final class Digest {

        private final String property;
        private final byte[] sha256;
        private final Caller caller;

        Digest(String property, String hex, Caller caller) {
            if (!SHA256.matcher(hex).matches()) {
                throw invalid(
                        property,
                        "It is no SHA-256 digest: those have 64 hex digits. Give the digest of the key, not the key"
                                + " itself; 'java -jar wxtoken.jar make-key' prints both.");
            }
            this.property = property;
            this.sha256 = HexFormat.of().parseHex(hex);
            this.caller = caller;
            if (Arrays.equals(sha256, OF_NOTHING)) {
                throw invalid(property, "It is the digest of nothing: the key was empty when it was made.");
            }
        }
    }
}
