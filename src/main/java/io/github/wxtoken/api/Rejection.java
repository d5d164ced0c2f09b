package io.github.wxtoken.api;

import org.springframework.http.HttpStatus;

/** A request that is refused because of what is in it; its message is written for the caller. */
final class Rejection extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;

    Rejection(HttpStatus status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    HttpStatus status() {
        return status;
    }
}
