package io.github.wxtoken.wechat;

import static io.github.wxtoken.token.TokenSourceException.Advice.BACK_OFF;
import static io.github.wxtoken.token.TokenSourceException.Advice.OPERATOR;
import static io.github.wxtoken.token.TokenSourceException.Advice.QUOTA;
import static io.github.wxtoken.token.TokenSourceException.Advice.RETRY_SOON;

import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** WeChat's error codes of token calls: what the refresher makes of each, and what an operator can do about it. */
enum Errcode {
    SYSTEM_BUSY(-1, RETRY_SOON, "WeChat is busy; this passes by itself."),
    SYSTEM_ERROR(-1000, RETRY_SOON, "WeChat has an error of its own; if it stays, check the IP whitelist."),

    INVALID_CREDENTIAL(40001, OPERATOR, Hint.SECRET),
    INVALID_APPID(
            40013, OPERATOR, "The AppID is wrong: compare wxtoken.accounts.*.appid with WeChat's, letter by letter."),
    INVALID_APPSECRET(40125, OPERATOR, Hint.SECRET),
    IP_NOT_IN_WHITELIST(40164, OPERATOR, Hint.WHITELIST),
    IP_NOT_REGISTERED(45035, OPERATOR, Hint.WHITELIST),
    IP_NOT_REGISTERED_EITHER(61004, OPERATOR, Hint.WHITELIST),
    APPSECRET_FROZEN(
            40243, OPERATOR, "The AppSecret is frozen. Unfreeze it " + Hint.KEYS + "; that takes 10 minutes to act."),
    API_UNAUTHORIZED(48001, OPERATOR, "The account has no permission for this call: check what kind of account it is."),
    API_FORBIDDEN(48004, OPERATOR, Hint.ACCOUNT),
    RETIRED_ADDRESS(
            48017,
            OPERATOR,
            "WeChat's host was reached at an address it has given up: remove it from DNS or hosts files."),
    USER_LIMITED(50002, OPERATOR, Hint.ACCOUNT),
    ACCESS_TOKEN_FORBIDDEN(50004, OPERATOR, Hint.ACCOUNT),
    ACCOUNT_FROZEN(50007, OPERATOR, Hint.ACCOUNT),
    COMPONENT_ACCOUNT(
            61024,
            OPERATOR,
            "This is the AppID of a third-party platform; configure an Official Account or Mini Program."),

    IP_NEEDS_CONFIRMATION(
            89503,
            OPERATOR,
            Duration.ofMinutes(5),
            "WeChat asks the account's administrator to confirm this server's IP: approve the message in WeChat,"
                    + " or put the IP on the whitelist " + Hint.KEYS + "."),
    CONFIRMATION_PENDING(89501, BACK_OFF, Duration.ofMinutes(5), Hint.PENDING),
    CONFIRMATION_PENDING_2(89502, BACK_OFF, Duration.ofMinutes(5), Hint.PENDING),
    CONFIRMATION_PENDING_4(89504, BACK_OFF, Duration.ofMinutes(5), Hint.PENDING),
    CONFIRMATION_PENDING_5(89505, BACK_OFF, Duration.ofMinutes(5), Hint.PENDING),
    IP_REFUSED_FOR_A_DAY(89506, BACK_OFF, Duration.ofHours(1), Hint.REFUSED + "24 hours."),
    IP_REFUSED_FOR_AN_HOUR(89507, BACK_OFF, Duration.ofHours(1), Hint.REFUSED + "an hour."),

    DAILY_QUOTA(
            45009,
            QUOTA,
            Duration.ofHours(1),
            "The day's token calls are spent. Find out who else calls with this AppSecret;"
                    + " WeChat's clear_quota resets the count, ten times a month."),
    MINUTE_QUOTA(45011, QUOTA, Duration.ofMinutes(1), "Too many calls in this minute; this passes by itself."),

    INVALID_GRANT_TYPE(40002, BACK_OFF, Hint.MALFORMED),
    INVALID_URL(40066, BACK_OFF, Hint.MALFORMED),
    APPID_MISSING(41002, BACK_OFF, Hint.MALFORMED),
    APPSECRET_MISSING(41004, BACK_OFF, Hint.MALFORMED),
    POST_REQUIRED(43002, BACK_OFF, Hint.MALFORMED),
    HTTPS_REQUIRED(43003, BACK_OFF, Hint.MALFORMED),
    EMPTY_POST_DATA(44002, BACK_OFF, Hint.MALFORMED),
    DATA_FORMAT_ERROR(47001, BACK_OFF, Hint.MALFORMED);

    private static final Map<Integer, Errcode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(each -> each.code, Function.identity()));

    private final int code;
    private final Advice advice;
    private final @Nullable Duration retryAfter;
    private final String hint;

    Errcode(int code, Advice advice, String hint) {
        this(code, advice, null, hint);
    }

    Errcode(int code, Advice advice, @Nullable Duration retryAfter, String hint) {
        this.code = code;
        this.advice = advice;
        this.retryAfter = retryAfter;
        this.hint = hint;
    }

    static Optional<Errcode> of(int code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** What to do after any code, also one that is in no list. */
    static Advice advice(int code) {
        return of(code).map(known -> known.advice).orElse(code < 0 ? RETRY_SOON : BACK_OFF);
    }

    /** Whether a code refuses the access_token of a call: superseded, invalid, expired. */
    static boolean refusesAccessToken(int code) {
        return code == 40001 || code == 40014 || code == 42001;
    }

    /** Whether a code speaks of trouble at the host that answered, where another may do better. */
    static boolean isOfHost(int code) {
        return code < 0;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /** What an operator can do; {@code errmsg} may name the IP address that WeChat saw. */
    String hint(String errmsg) {
        Matcher ip = Hint.IP.matcher(errmsg);
        return hint.replace(Hint.THIS_IP, ip.find() ? ip.group(1) : "this server's outgoing IP address");
    }

    /** Kept apart because a constant cannot read a static field of its own enum. */
    private static final class Hint {
        static final Pattern IP = Pattern.compile("invalid ip ([0-9A-Fa-f.:]{3,45})");
        static final String THIS_IP = "{ip}";

        static final String OFFICIAL_ACCOUNT = "Official Account: 微信开发者平台 → 我的业务 → 公众号/服务号 → 基础信息 → 开发密钥";
        static final String MINI_PROGRAM = "Mini Program: 微信公众平台 → 开发管理 → 开发设置";

        /** Where WeChat keeps AppSecret and whitelist, for both kinds of account. */
        static final String KEYS = "(" + OFFICIAL_ACCOUNT + "; " + MINI_PROGRAM + ")";

        static final String WHITELIST = "Put " + THIS_IP + " on the IP whitelist (API IP 白名单) " + KEYS
                + "; that takes up to 10 minutes to act.";
        static final String SECRET =
                "The AppSecret is wrong, or was reset: set wxtoken.accounts.*.secret to the present one " + KEYS + ".";
        static final String ACCOUNT =
                "WeChat has restricted, frozen or closed the account: look for its notice to the administrator.";
        static final String PENDING = "WeChat waits for the administrator's answer about another IP.";
        static final String REFUSED = "The administrator refused this server's IP: put it on the whitelist " + KEYS
                + ". WeChat refuses it for ";
        static final String MALFORMED = "This should not happen: please report it as an error of wxtoken.";
    }
}
