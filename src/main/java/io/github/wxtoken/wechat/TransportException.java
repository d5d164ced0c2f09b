package io.github.wxtoken.wechat;

/**
 * Signals a call that received no complete response. It says in plain words why, and how far the call got. It never
 * carries a cause or a URL. Its text may quote the host, so it must be made safe to show.
 */
final class TransportException extends Exception {

    private static final long serialVersionUID = 1L;

    /** How far a call got. */
    enum Reach {
        /** The connection to the host failed. */
        NOT_CONNECTED,
        /** The call was connected but no longer permitted to send. */
        NOT_PERMITTED,
        /** The request may have reached WeChat. */
        SENT
    }

    private final Reach reach;
    private final String text;
    private final String hint;

    TransportException(Reach reach, String text, String hint) {
        super(text);
        this.reach = reach;
        this.text = text;
        this.hint = hint;
    }

    Reach reach() {
        return reach;
    }

    String text() {
        return text;
    }

    /** Returns the key of the remedy in {@link io.github.wxtoken.token.Hints}. */
    String hint() {
        return hint;
    }
}
