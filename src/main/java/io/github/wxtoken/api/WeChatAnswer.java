package io.github.wxtoken.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.token.ServedToken;
import org.jspecify.annotations.Nullable;

/**
 * An answer in WeChat's format: a token without {@code errcode}, a ticket with {@code errcode}, or an error. Its
 * {@link #toString()} hides the values, because Spring logs responses at DEBUG.
 *
 * @param errcode WeChat's code, 0 for success
 * @param errmsg WeChat's text
 * @param accessToken the token
 * @param ticket the ticket
 * @param expiresIn the seconds for which the caller may keep it
 */
@JsonPropertyOrder({"errcode", "errmsg", "access_token", "ticket", "expires_in"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WeChatAnswer(
        @Nullable Integer errcode,
        @Nullable String errmsg,
        @JsonProperty("access_token") @Nullable String accessToken,
        @Nullable String ticket,
        @JsonProperty("expires_in") @Nullable Long expiresIn) {

    static WeChatAnswer token(ServedToken served) {
        return new WeChatAnswer(null, null, served.token().value(), null, served.expiresIn());
    }

    /** Returns an answer with a token of the relay. */
    static WeChatAnswer token(String value, long expiresIn) {
        return new WeChatAnswer(null, null, value, null, expiresIn);
    }

    static WeChatAnswer ticket(ServedToken served) {
        return new WeChatAnswer(0, "ok", null, served.token().value(), served.expiresIn());
    }

    /** Returns an error. */
    public static WeChatAnswer error(int errcode, String errmsg) {
        return new WeChatAnswer(errcode, errmsg, null, null, null);
    }

    /** Returns the error for a client that keeps failing to show valid credentials. */
    public static WeChatAnswer tooMany() {
        return error(45011, "api minute-quota reach limit, must slower, retry next minute");
    }

    @Override
    public String toString() {
        return "WeChatAnswer[errcode=" + errcode + "]";
    }
}
