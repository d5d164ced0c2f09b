package io.github.wxtoken.api;

import org.springframework.http.HttpStatus;

/** Thrown if a request is rejected. The message is sent to the caller and quotes nothing of the request. */
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
