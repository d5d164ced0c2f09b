package io.github.wxtoken.wechat;

/** Signals a forwarded call without an answer. Its message can be shown: it has no URL, query or secret. */
public final class ForwardException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why there is no answer. */
    public enum Reason {
        /** The client did not send its whole body. */
        INCOMPLETE,
        /** No host could be connected to. WeChat did not get the call. */
        UNREACHABLE,
        /** The connection failed after the call was sent. WeChat may have executed it. */
        BROKEN,
        /** The time was over after the call was sent. WeChat may have executed it. */
        TIMEOUT
    }

    private final Reason reason;

    ForwardException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Returns why there is no answer. */
    public Reason reason() {
        return reason;
    }
}
