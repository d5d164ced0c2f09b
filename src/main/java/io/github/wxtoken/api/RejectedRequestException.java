package io.github.wxtoken.api;

import org.springframework.http.HttpStatus;

/** A request that is refused because of what is in it. Its message is for the caller, and quotes nothing of it. */
final class RejectedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;

    RejectedRequestException(HttpStatus status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static RejectedRequestException badRequest(String message) {
        return new RejectedRequestException(HttpStatus.BAD_REQUEST, message);
    }

    HttpStatus status() {
        return status;
    }
}
