package io.github.wxtoken.wechat;

import java.util.Locale;

/** The kinds of answers that calls get, by WeChat's errcode, or by how they broke down without one. */
enum ErrcodeClass {
    /** What was asked for. */
    OK,
    /** WeChat refuses the access_token that was sent: 40001, 40014, 42001. */
    TOKEN_REFUSED,
    /** WeChat is busy, or has an error of its own: negative codes. */
    BUSY,
    /** WeChat asks for patience, or the code is in no list. */
    BACK_OFF,
    /** Only an operator can mend it: secret, whitelist, the account itself. */
    OPERATOR,
    /** A quota is spent. */
    QUOTA,
    /** An answer that is none of WeChat's. */
    NOT_WECHAT,
    /** The host could not be connected to. */
    NOT_CONNECTED,
    /** Connected too late to be sent. */
    NOT_SENT,
    /** Sent, and no complete answer came. */
    NO_ANSWER;

    static ErrcodeClass of(WeChatCall call, WeChatResponse answer) {
        Integer code = answer.errcode();
        if (code == null || code == 0) {
            boolean found = answer.text(call.field()) != null || answer.hasList(call.field());
            return found ? OK : NOT_WECHAT;
        }
        if (call.takesAccessToken() && Errcode.refusesAccessToken(code)) {
            return TOKEN_REFUSED;
        }
        return switch (Errcode.advice(code)) {
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

    /** What it is called in metrics. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
