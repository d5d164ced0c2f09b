package io.github.wxtoken;

/** The server was told to listen where others than the machine itself could reach it. */
final class NotLoopbackException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String address;

    NotLoopbackException(String property, String address) {
        super(property + " is no loopback address");
        this.property = property;
        this.address = address;
    }

    String property() {
        return property;
    }

    String address() {
        return address;
    }
}
