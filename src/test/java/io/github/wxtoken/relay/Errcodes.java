package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;

/** Checks answers in WeChat's format. */
final class Errcodes {

    private Errcodes() {}

    static void assertErrcode(int errcode, Answer answer) {
        assertThat(answer.json().path("errcode").asInt(-99))
                .as(answer.toString())
                .isEqualTo(errcode);
    }
}
