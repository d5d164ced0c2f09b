package io.github.wxtoken.wechat;

import static io.github.wxtoken.token.TokenSourceException.Advice.BACK_OFF;
import static io.github.wxtoken.token.TokenSourceException.Advice.OPERATOR;
import static io.github.wxtoken.token.TokenSourceException.Advice.QUOTA;
import static io.github.wxtoken.token.TokenSourceException.Advice.RETRY_SOON;

import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** WeChat's error codes for token calls that have a rule of their own. For others, see {@link #advice(int)}. */
enum Errcode {
    INVALID_CREDENTIAL(40001, OPERATOR),
    INVALID_APPID(40013, OPERATOR),
    INVALID_APPSECRET(40125, OPERATOR),
    IP_NOT_IN_WHITELIST(40164, OPERATOR),
    IP_NOT_REGISTERED(45035, OPERATOR),
    IP_NOT_REGISTERED_EITHER(61004, OPERATOR),
    APPSECRET_FROZEN(40243, OPERATOR),
    API_UNAUTHORIZED(48001, OPERATOR),
    API_FORBIDDEN(48004, OPERATOR),
    RETIRED_ADDRESS(48017, OPERATOR),
    USER_LIMITED(50002, OPERATOR),
    ACCESS_TOKEN_FORBIDDEN(50004, OPERATOR),
    ACCOUNT_FROZEN(50007, OPERATOR),
    COMPONENT_TICKET_EXPIRED(61005, OPERATOR),
    COMPONENT_TICKET_INVALID(61006, OPERATOR),
    REFRESH_TOKEN_INVALID(61023, OPERATOR),
    COMPONENT_ACCOUNT(61024, OPERATOR),

    IP_NEEDS_CONFIRMATION(89503, OPERATOR, Duration.ofMinutes(5)),
    IP_REFUSED_FOR_A_DAY(89506, BACK_OFF, Duration.ofHours(1)),
    IP_REFUSED_FOR_AN_HOUR(89507, BACK_OFF, Duration.ofHours(1)),

    DAILY_QUOTA(45009, QUOTA, Duration.ofHours(1)),
    MINUTE_QUOTA(45011, QUOTA, Duration.ofMinutes(1)),
    CLEARS_USED_UP(48006, QUOTA, Duration.ofHours(1));

    private static final Map<Integer, Errcode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(each -> each.code, Function.identity()));

    private final int code;
    private final Advice advice;
    private final @Nullable Duration retryAfter;

    Errcode(int code, Advice advice) {
        this(code, advice, null);
    }

    Errcode(int code, Advice advice, @Nullable Duration retryAfter) {
        this.code = code;
        this.advice = advice;
        this.retryAfter = retryAfter;
    }

    private static Optional<Errcode> of(int code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** Returns what to do after a code. One without a rule of its own is retried soon if negative, else after a pause. */
    static Advice advice(int code) {
        return of(code).map(known -> known.advice).orElse(code < 0 ? RETRY_SOON : BACK_OFF);
    }

    /** Returns whether a code rejects the access_token of a call as superseded, invalid or expired. */
    static boolean refusesAccessToken(int code) {
        return code == 40001 || code == 40014 || code == 42001;
    }

    /** Returns whether a code signals a problem of the host that answered, so that another host may succeed. */
    static boolean isOfHost(int code) {
        return code < 0;
    }

    /** Returns how long WeChat's rules make a fetch wait after a code, or null where they say nothing. */
    static @Nullable Duration retryAfter(int code) {
        return of(code).map(known -> known.retryAfter).orElse(null);
    }

    /** Returns the key of the hint to operators in {@link Hints}, or null if there is none for a code. */
    static @Nullable String hint(int code) {
        String key = Integer.toString(code);
        return Hints.isKnown(key) ? key : null;
    }

    int code() {
        return code;
    }
}
