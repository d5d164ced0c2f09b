package io.github.wxtoken;

/** The server was told to listen where others could reach it who have not been asked for a key. */
final class UnguardedPortException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String address;
    private final boolean withoutCallers;

    UnguardedPortException(String property, String address, boolean withoutCallers) {
        super(property + " would let anybody in");
        this.property = property;
        this.address = address;
        this.withoutCallers = withoutCallers;
    }

    /** The property that says where to listen. */
    String property() {
        return property;
    }

    /** Where the server would listen. */
    String address() {
        return address;
    }

    /** Whether that is wrong because no callers are configured. */
    boolean withoutCallers() {
        return withoutCallers;
    }
}
