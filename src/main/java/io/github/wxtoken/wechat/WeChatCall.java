package io.github.wxtoken.wechat;

import io.github.wxtoken.support.EnumNames;

/** The calls of WeChat's API that this server makes. */
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

    /** Returns the response field that a successful call has. */
    String field() {
        return field;
    }

    /** Returns whether the call carries an access_token, which WeChat may reject. */
    boolean takesAccessToken() {
        return takesAccessToken;
    }

    /** Returns its tag value in metrics. */
    String tag() {
        return EnumNames.lowerCase(this);
    }
}
