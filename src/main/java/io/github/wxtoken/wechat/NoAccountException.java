package io.github.wxtoken.wechat;

/** No account is configured, so there is nothing for this server to do. */
final class NoAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoAccountException() {
        super("no WeChat account is configured");
    }
}
