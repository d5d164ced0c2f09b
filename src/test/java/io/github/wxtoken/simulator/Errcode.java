package io.github.wxtoken.simulator;

/** The error codes of the simulated WeChat with their texts as seen on the wire, without the trailing {@code rid}. */
public enum Errcode {
    OK(0, "ok"),
    SYSTEM_BUSY(-1, "system error"),
    SYSTEM_ERROR(-1000, "system error"),
    INVALID_CREDENTIAL(
            40001, "invalid credential, access_token is invalid or not latest" + Texts.GET_STABLE_ACCESS_TOKEN),
    INVALID_GRANT_TYPE(40002, "invalid grant_type"),
    INVALID_APPID(40013, "invalid appid"),
    INVALID_ACCESS_TOKEN(40014, "invalid access_token"),
    INVALID_URL(40066, "invalid url"),
    INVALID_APPSECRET(40125, "invalid appsecret"),
    /** On the wire the text contains the caller's address twice: see {@link #notInWhitelist}. */
    IP_NOT_IN_WHITELIST(40164, "invalid ip, not in whitelist"),
    INVALID_ARGS(40097, "invalid args"),
    /** The text is made up: none is published. */
    APPSECRET_FROZEN(40243, "appsecret is frozen"),
    ACCESS_TOKEN_MISSING(41001, "access_token missing"),
    APPID_MISSING(41002, "appid missing"),
    APPSECRET_MISSING(41004, "appsecret missing"),
    ACCESS_TOKEN_EXPIRED(42001, "access_token expired"),
    GET_REQUIRED(43001, "require GET method"),
    POST_REQUIRED(43002, "require POST method"),
    EMPTY_POST_DATA(44002, "empty post data"),
    DAILY_QUOTA_REACHED(45009, "reach max api daily quota limit" + Texts.GET_STABLE_ACCESS_TOKEN),
    MINUTE_QUOTA_REACHED(45011, "api minute-quota reach limit, must slower, retry next minute"),
    DATA_FORMAT_ERROR(47001, "data format error"),
    API_UNAUTHORIZED(48001, "api unauthorized"),
    USER_LIMITED(50002, "user limited"),
    ACCESS_TOKEN_FORBIDDEN(50004, "user not allow to use accesstoken, maybe for punishment"),
    /** The text is made up: none is published. */
    ACCOUNT_FROZEN(50007, "account is frozen"),
    COMPONENT_ACCOUNT(61024, "must use api(api_component_token) to get token for component acct"),
    /** This text and the next two are made up as well: no 8950x texts are published. */
    IP_NEEDS_CONFIRMATION(89503, "this ip needs the confirmation of the administrator"),
    IP_REFUSED_FOR_A_DAY(89506, "this ip was refused by the administrator, retry after 24 hours"),
    IP_REFUSED_FOR_AN_HOUR(89507, "this ip was refused by the administrator, retry after 1 hour"),
    /** A code in no published table, to test the handling of unknown codes. */
    UNHEARD_OF(49999, "something new"),
    /** The same with a negative code. */
    UNHEARD_OF_NEGATIVE(-7, "something new");

    private final int code;
    private final String text;

    Errcode(int code, String text) {
        this.code = code;
        this.text = text;
    }

    public int code() {
        return code;
    }

    String text() {
        return text;
    }

    static String notInWhitelist(String callerIp) {
        return "invalid ip %s ipv6 ::ffff:%s, not in whitelist".formatted(callerIp, callerIp);
    }

    /** A separate class, because an enum constant cannot read a static field of its own enum. */
    private static final class Texts {
        static final String GET_STABLE_ACCESS_TOKEN =
                ", could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r";
    }
}
