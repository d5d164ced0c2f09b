package io.github.wxtoken.caller;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Callers and keys for tests; the key of a caller is derived from the caller's name. */
public final class Keys {

    private Keys() {}

    /** Returns the key of the caller of this name. */
    public static String of(String name) {
        return "key-of-" + name + "-0123456789abcdefghijklmnopqrstuv";
    }

    /** Returns the SHA-256 digest of that key. */
    public static String sha256(String name) {
        return HexFormat.of().formatHex(Key.sha256(of(name)));
    }

    /** Returns the headers with the caller's key. */
    public static String[] bearer(String name) {
        return new String[] {"Authorization", "Bearer " + of(name)};
    }

    /** Returns callers of these names, each with its key, for all accounts and without operator rights. */
    public static Callers callers(String... names) {
        return new Callers(Arrays.stream(names)
                .collect(Collectors.toMap(
                        Function.identity(),
                        name -> new CallerProperties(List.of(sha256(name)), null, List.of(), false))));
    }

    /** Returns server arguments that configure a caller of this name. */
    public static String[] arguments(String name, String... properties) {
        return Stream.concat(Stream.of("key-sha256=" + sha256(name)), Arrays.stream(properties))
                .map(property -> "--wxtoken.callers." + name + "." + property)
                .toArray(String[]::new);
    }
}
