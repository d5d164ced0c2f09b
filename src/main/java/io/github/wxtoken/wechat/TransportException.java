package io.github.wxtoken.wechat;

/** A call that brought no answer: says in plain words why, and whether it was sent. It never has a cause or a URL. */
final class TransportException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean sent;
    private final String text;

    TransportException(boolean sent, String text) {
        super(text);
        this.sent = sent;
        this.text = text;
    }

    /** Whether it may have reached WeChat. */
    boolean sent() {
        return sent;
    }

    String text() {
        return text;
    }
}
