package io.github.wxtoken.wechat;

/** Signals that no account is configured, so the server has nothing to do. */
final class NoAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoAccountException() {
        super("no WeChat account is configured");
    }
}
