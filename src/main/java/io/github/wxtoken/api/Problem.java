package io.github.wxtoken.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.token.Failure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * An error on the wire: a problem detail (RFC 9457) of the type {@code about:blank}, with what WeChat said where that is
 * the reason.
 *
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what is wrong with this very request, or why it cannot be answered
 * @param errcode WeChat's {@code errcode}, where it gave one
 * @param errmsg WeChat's {@code errmsg}, or what went wrong on the way to it
 * @param hint what an operator should do about it, in the language of the request
 */
@JsonPropertyOrder({"title", "status", "detail", "errcode", "errmsg", "hint"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(
        String title,
        int status,
        String detail,
        @Nullable Integer errcode,
        @Nullable String errmsg,
        @Nullable String hint) {

    static Problem of(HttpStatus status, String detail) {
        return new Problem(status.getReasonPhrase(), status.value(), detail, null, null, null);
    }

    static Problem of(HttpStatus status, String detail, @Nullable Failure failure, Locale locale) {
        if (failure == null) {
            return of(status, detail);
        }
        Integer errcode = failure.errcode() == 0 ? null : failure.errcode();
        return new Problem(
                status.getReasonPhrase(), status.value(), detail, errcode, failure.text(), failure.hint(locale));
    }

    /** A problem that Spring or Tomcat found. Their own words name classes, or quote what the caller sent. */
    static Problem of(int code) {
        HttpStatus known = HttpStatus.resolve(code);
        HttpStatus status =
                known != null ? known : code < 500 ? HttpStatus.BAD_REQUEST : HttpStatus.INTERNAL_SERVER_ERROR;
        String detail =
                switch (status) {
                    case BAD_REQUEST -> "The request is malformed.";
                    case UNAUTHORIZED ->
                        "A valid key is needed: send it as Authorization: Bearer <key>, or by HTTP Basic with the"
                                + " caller's name.";
                    case FORBIDDEN -> "This is for operators only.";
                    case TOO_MANY_REQUESTS -> "Too many calls came without a valid key.";
                    case NOT_FOUND -> "There is nothing at this path.";
                    case METHOD_NOT_ALLOWED ->
                        "This method is not possible here; the header Allow names those that are.";
                    case SERVICE_UNAVAILABLE -> "The server cannot answer now.";
                    case INTERNAL_SERVER_ERROR -> "The server failed; its log says why.";
                    default -> status.getReasonPhrase() + ".";
                };
        return new Problem(status.getReasonPhrase(), code, detail, null, null, null);
    }
}
