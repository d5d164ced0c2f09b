package io.github.wxtoken.simulator;

import org.jspecify.annotations.Nullable;

/** A response in WeChat's format, ready to be sent or to be modified by a fault. */
record Answer(int status, @Nullable String contentType, String body, SendMode delivery, String rid) {

    /** Not {@code charset}: WeChat sends {@code encoding}. */
    static final String JSON = "application/json; encoding=utf-8";

    /** Returns an empty answer. {@code rid} is the suffix of an error text, if it becomes one. */
    static Answer blank(String rid) {
        return new Answer(200, JSON, "", SendMode.WHOLE, rid);
    }

    /** Has no errcode: WeChat sends none on success. */
    Answer granted(Reply.Granted granted) {
        return body(
                "{\"access_token\":\"%s\",\"expires_in\":%s}".formatted(granted.accessToken(), granted.expiresIn()));
    }

    /** Has status 200, as WeChat's refusals do. */
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

    Answer delivered(SendMode how) {
        return new Answer(status, contentType, body, how, rid);
    }
}
