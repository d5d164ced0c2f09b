package io.github.wxtoken.api;

/** A request on one of WeChat's paths that is answered with an {@code errcode}. Its message quotes nothing of it. */
final class WeChatError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errcode;

    WeChatError(int errcode, String errmsg) {
        super(errmsg, null, false, false);
        this.errcode = errcode;
    }

    WeChatAnswer answer() {
        return WeChatAnswer.error(errcode, String.valueOf(getMessage()));
    }
}
