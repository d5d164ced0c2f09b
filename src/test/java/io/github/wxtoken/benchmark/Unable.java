package io.github.wxtoken.benchmark;

/** A reason for which nothing can be measured, with what to do about it. */
final class Unable extends RuntimeException {

    private static final long serialVersionUID = 1;

    Unable(String reason) {
        super(reason);
    }
}
