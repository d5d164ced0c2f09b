package io.github.wxtoken.wechat;

/** A call that brought no answer: says in plain words why, and how far it came. It never has a cause or a URL. */
final class TransportException extends Exception {

    private static final long serialVersionUID = 1L;

    /** How far a call came. */
    enum Reach {
        /** The host could not be connected to. */
        NOT_CONNECTED,
        /** It was connected, but no longer permitted to send. */
        NOT_PERMITTED,
        /** It may have reached WeChat. */
        SENT
    }

    private final Reach reach;
    private final String text;

    TransportException(Reach reach, String text) {
        super(text);
        this.reach = reach;
        this.text = text;
    }

    Reach reach() {
        return reach;
    }

    String text() {
        return text;
    }
}
