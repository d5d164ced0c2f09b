package io.github.wxtoken.keeper;

/** Is told of token events, on the thread on which they happen: it should be quick. What it throws is logged. */
@FunctionalInterface
public interface TokenListener {

    /** Takes notice of an event. */
    void on(TokenEvent event);
}
