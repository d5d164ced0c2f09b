package io.github.wxtoken.wechat;

import io.github.wxtoken.support.EnumNames;

/** The result of a call to WeChat: a class of errcodes, or a kind of failure without an errcode. */
public enum ErrcodeClass {
    /** The call succeeded. */
    OK,
    /** WeChat rejects the access_token that was sent: 40001, 40014, 42001. */
    TOKEN_REFUSED,
    /** WeChat is busy or has an internal error: negative codes. */
    BUSY,
    /** WeChat asks to wait, or the code is unknown. */
    BACK_OFF,
    /** Only an operator can fix it: secret, whitelist, the account itself. */
    OPERATOR,
    /** A quota is used up. */
    QUOTA,
    /** The response does not come from WeChat, or its token is malformed. */
    NOT_WECHAT,
    /** The connection to the host failed. */
    NOT_CONNECTED,
    /** The call was connected too late to be sent. */
    NOT_SENT,
    /** The request was sent but no complete response arrived. */
    NO_ANSWER;

    static ErrcodeClass of(WeChatCall call, WeChatResponse answer) {
        Integer code = answer.errcode();
        if (code == null || code == 0) {
            boolean found = answer.token(call.field()) != null || answer.hasList(call.field());
            return found ? OK : NOT_WECHAT;
        }
        return call.takesAccessToken() ? of(code) : byAdvice(code);
    }

    /** Returns the class of an errcode other than 0 that answers a call with an access_token. */
    public static ErrcodeClass of(int errcode) {
        return Errcode.refusesAccessToken(errcode) ? TOKEN_REFUSED : byAdvice(errcode);
    }

    private static ErrcodeClass byAdvice(int errcode) {
        return switch (Errcode.advice(errcode)) {
            case RETRY_SOON -> BUSY;
            case REPORT -> TOKEN_REFUSED;
            case BACK_OFF -> BACK_OFF;
            case OPERATOR -> OPERATOR;
            case QUOTA -> QUOTA;
        };
    }

    static ErrcodeClass of(TransportException e) {
        return switch (e.reach()) {
            case NOT_CONNECTED -> NOT_CONNECTED;
            case NOT_PERMITTED -> NOT_SENT;
            case SENT -> NO_ANSWER;
        };
    }

    /** Returns its tag value in metrics. */
    String tag() {
        return EnumNames.lowerCase(this);
    }
}
