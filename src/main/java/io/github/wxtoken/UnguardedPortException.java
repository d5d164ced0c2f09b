package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/** Thrown if the configuration would expose a port that needs no key to other machines. */
final class UnguardedPortException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final @Nullable String address;
    private final boolean withoutCallers;

    UnguardedPortException(String property, @Nullable String address, boolean withoutCallers) {
        super(property + " would expose a port that needs no key");
        this.property = property;
        this.address = address;
        this.withoutCallers = withoutCallers;
    }

    /** Returns the property that holds the address. */
    String property() {
        return property;
    }

    /** Returns the address that the server would listen on, or null for every address. */
    @Nullable
    String address() {
        return address;
    }

    /** Returns whether the address is rejected because no callers are configured. */
    boolean withoutCallers() {
        return withoutCallers;
    }
}
