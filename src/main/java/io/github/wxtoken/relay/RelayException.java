package io.github.wxtoken.relay;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Signals a call that is not passed on, or has no answer. Clients see it either as one of WeChat's errors, which are
 * sent with status 200, or as a problem detail (RFC 9457). Its message never quotes the request.
 */
final class RelayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String MALFORMED = "malformed";

    private final int errcode;
    private final HttpStatus status;
    private final @Nullable String audited;

    private RelayException(int errcode, HttpStatus status, String message, @Nullable String audited) {
        super(message, null, false, false);
        this.errcode = errcode;
        this.status = status;
        this.audited = audited;
    }

    /** Returns one of WeChat's errors. */
    static RelayException weChat(int errcode, String errmsg) {
        return new RelayException(errcode, HttpStatus.OK, errmsg, null);
    }

    /** Returns one of WeChat's errors for a call whose credentials cannot be read, so it is no guess at a key. */
    static RelayException malformed(int errcode, String errmsg) {
        return audited(errcode, errmsg, MALFORMED);
    }

    /** Returns one of WeChat's errors for a call that the audit log must have. */
    static RelayException audited(int errcode, String errmsg, String reason) {
        return new RelayException(errcode, HttpStatus.OK, errmsg, reason);
    }

    /** Returns a problem. SDKs repeat a call with WeChat's errcode -1, so WeChat's errors must not report this one. */
    static RelayException problem(HttpStatus status, String detail) {
        return new RelayException(0, status, detail, null);
    }

    /** Returns WeChat's errcode, or 0 for a problem. */
    int errcode() {
        return errcode;
    }

    /** Returns the HTTP status. */
    HttpStatus status() {
        return status;
    }

    /** Returns whether the path or the query of the call is malformed. */
    boolean isMalformed() {
        return MALFORMED.equals(audited);
    }

    /** Returns the reason for the audit log, or null if it needs none. */
    @Nullable
    String audited() {
        return audited;
    }
}
