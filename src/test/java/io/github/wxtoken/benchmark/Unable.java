package io.github.wxtoken.benchmark;

/** A reason why a measurement is impossible, with the way to fix it. */
final class Unable extends RuntimeException {

    private static final long serialVersionUID = 1;

    Unable(String reason) {
        super(reason);
    }
}
