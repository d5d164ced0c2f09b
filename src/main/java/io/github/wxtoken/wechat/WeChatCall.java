package io.github.wxtoken.wechat;

import java.util.Locale;

/** The calls of WeChat's API that are made here. */
enum WeChatCall {
    /** {@code GET /cgi-bin/token}. */
    TOKEN("access_token", false),
    /** {@code POST /cgi-bin/stable_token}. */
    STABLE_TOKEN("access_token", false),
    /** {@code GET /cgi-bin/ticket/getticket}. */
    GETTICKET("ticket", true),
    /** {@code GET /cgi-bin/getcallbackip}, which shows whether WeChat accepts a token. */
    PROBE("ip_list", true);

    private final String field;
    private final boolean takesAccessToken;

    WeChatCall(String field, boolean takesAccessToken) {
        this.field = field;
        this.takesAccessToken = takesAccessToken;
    }

    /** The field that an answer has where the call succeeded. */
    String field() {
        return field;
    }

    /** Whether an access_token is sent with it, which may be refused. */
    boolean takesAccessToken() {
        return takesAccessToken;
    }

    /** What it is called in metrics. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
