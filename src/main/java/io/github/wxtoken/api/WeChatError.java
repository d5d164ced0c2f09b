package io.github.wxtoken.api;

/** Thrown to answer a request to one of WeChat's paths with an {@code errcode}. Quotes nothing of the request. */
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
