package io.github.wxtoken.simulator;

import org.jspecify.annotations.Nullable;

/** An answer in WeChat's words, ready for the wire and for whatever a fault does to it. */
record Answer(int status, @Nullable String contentType, String body, Delivery delivery, String rid) {

    /** Not {@code charset}: this is what WeChat writes. */
    static final String JSON = "application/json; encoding=utf-8";

    /** No answer yet. {@code rid} is what an error text ends with, should it come to that. */
    static Answer blank(String rid) {
        return new Answer(200, JSON, "", Delivery.WHOLE, rid);
    }

    /** No errcode on success: WeChat sends none. */
    Answer granted(Reply.Granted granted) {
        return body(
                "{\"access_token\":\"%s\",\"expires_in\":%s}".formatted(granted.accessToken(), granted.expiresIn()));
    }

    /** With status 200, as WeChat does it. */
    Answer refused(Reply.Refused refused) {
        return body("{\"errcode\":%d,\"errmsg\":\"%s%s\"}"
                .formatted(refused.errcode().code(), refused.errmsg(), rid));
    }

    Answer refused(Errcode errcode) {
        return refused(Reply.Refused.with(errcode));
    }

    Answer status(int newStatus) {
        return new Answer(newStatus, contentType, body, delivery, rid);
    }

    Answer contentType(@Nullable String newContentType) {
        return new Answer(status, newContentType, body, delivery, rid);
    }

    Answer body(String newBody) {
        return new Answer(status, contentType, newBody, delivery, rid);
    }

    Answer delivered(Delivery how) {
        return new Answer(status, contentType, body, how, rid);
    }
}
