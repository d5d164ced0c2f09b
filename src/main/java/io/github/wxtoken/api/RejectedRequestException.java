package io.github.wxtoken.api;

import io.github.wxtoken.support.Message;
import org.springframework.http.HttpStatus;

/** Thrown if a request is rejected. Its reason is sent to the caller and quotes nothing of the request. */
final class RejectedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final transient Message reason;

    RejectedRequestException(HttpStatus status, Message reason) {
        super(null, null, false, false);
        this.status = status;
        this.reason = reason;
    }

    static RejectedRequestException badRequest(Message reason) {
        return new RejectedRequestException(HttpStatus.BAD_REQUEST, reason);
    }

    HttpStatus status() {
        return status;
    }

    /** Returns the reason in the language of its reader. */
    Message reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return reason.toString();
    }
}
