package io.github.wxtoken.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.token.Failure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * An error response: a problem detail (RFC 9457) of the type {@code about:blank}, with WeChat's error if that is the
 * cause.
 *
 * @param title the reason phrase of the status
 * @param status the HTTP status
 * @param detail the reason why this request is rejected or cannot be answered, in the language of the request
 * @param errcode WeChat's {@code errcode}, or null if there is none
 * @param errmsg WeChat's {@code errmsg}, or the transport failure on the way to WeChat
 * @param hint the advice for operators, in the language of the request
 */
@JsonPropertyOrder({"title", "status", "detail", "errcode", "errmsg", "hint"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String title,
        int status,
        String detail,
        @Nullable Integer errcode,
        @Nullable String errmsg,
        @Nullable String hint) {

    /** Returns a problem of this server, without an error of WeChat. */
    public static Problem of(HttpStatus status, String detail) {
        return new Problem(status.getReasonPhrase(), status.value(), detail, null, null, null);
    }

    /** Returns the problem of a failed fetch for an account, or of no failure. */
    static Problem of(HttpStatus status, String detail, @Nullable Failure failure, String account, Locale locale) {
        if (failure == null) {
            return of(status, detail);
        }
        Integer errcode = failure.errcode() == 0 ? null : failure.errcode();
        return new Problem(
                status.getReasonPhrase(),
                status.value(),
                detail,
                errcode,
                failure.text(),
                failure.hint(NamedProperties.ACCOUNTS.prefix(account), locale));
    }

    Problem withDetail(String reason) {
        return new Problem(title, status, reason, errcode, errmsg, hint);
    }

    /** Returns a problem for an error of Spring or Tomcat, whose own messages name classes or quote the request. */
    static Problem of(int code, Locale locale) {
        HttpStatus known = HttpStatus.resolve(code);
        HttpStatus status =
                known != null ? known : code < 500 ? HttpStatus.BAD_REQUEST : HttpStatus.INTERNAL_SERVER_ERROR;
        String key =
                switch (status) {
                    case BAD_REQUEST -> "status.malformed";
                    case UNAUTHORIZED -> "status.key";
                    case FORBIDDEN -> "status.operators";
                    case REQUEST_TIMEOUT -> "body.late";
                    case TOO_MANY_REQUESTS -> "status.guesses";
                    case NOT_FOUND -> "status.nothing";
                    case METHOD_NOT_ALLOWED -> "status.method";
                    case SERVICE_UNAVAILABLE -> "status.unavailable";
                    case INTERNAL_SERVER_ERROR -> "status.failed";
                    default -> "status.other";
                };
        String title = status.getReasonPhrase();
        String detail = Message.of(Problem.class, key, title).in(locale);
        return new Problem(title, code, detail, null, null, null);
    }
}
