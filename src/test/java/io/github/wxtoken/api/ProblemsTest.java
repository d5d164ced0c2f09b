package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tests the errors that callers receive for failures on the server's side. */
@ExtendWith(OutputCaptureExtension.class)
final class ProblemsTest {

    private final WeChatSimulator wechat = WeChatSimulator.start();

    @BeforeEach
    void openAccount() {
        wechat.account(APPID, SECRET);
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void aRefusalOfWeChatIsPassedOnWithItsHint() {
        wechat.account(APPID).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            Answer answer = server.getUntil("/token", got -> got.json().has("errcode"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().propertyNames())
                    .containsExactly("title", "status", "detail", "errcode", "errmsg", "hint");
            assertThat(answer.json().path("errcode").asInt()).isEqualTo(40125);
            assertThat(answer.json().path("errmsg").asString()).contains("invalid appsecret");
            assertThat(answer.json().path("detail").asString()).contains("40125 invalid appsecret");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 300);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");

            Answer report = server.report(null);
            assertThat(report.status()).isEqualTo(503);
            assertThat(report.json().path("errcode").asInt()).isEqualTo(40125);
        }
    }

    /** Immediately and after waiting, which dispatches the request a second time. */
    @Test
    void itsHintIsInTheLanguageOfTheRequest() {
        wechat.faults().on(CallKind.TOKEN).always(Fault.SYSTEM_BUSY);
        try (RunningServer server = RunningServer.start(wechat)) {
            server.getUntil("/token", got -> got.json().has("errcode"));
            for (String path : List.of("/token", "/token?wait=1")) {
                // In parallel, because each of them waits for a token in vain.
                CompletableFuture<Answer> inChinese =
                        server.getLater(path, "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8", "If-None-Match", "\"1\"");
                CompletableFuture<Answer> inFrench =
                        server.getLater(path, "Accept-Language", "fr, en;q=0.5", "If-None-Match", "\"1\"");
                CompletableFuture<Answer> inWhatever = server.getLater(path, "If-None-Match", "\"1\"");
                assertThat(hint(inChinese)).isEqualTo("微信系统繁忙，会自行恢复，无需处理。");
                assertThat(hint(inFrench)).isEqualTo("WeChat is busy; no action needed.");
                assertThat(hint(inWhatever)).isEqualTo("WeChat is busy; no action needed.");
            }
        }
    }

    private static String hint(CompletableFuture<Answer> call) {
        Answer answer = call.join();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        return answer.json().path("hint").asString();
    }

    @Test
    void aReportThatTheBudgetForbidsToActOnIsTooMany() {
        try (RunningServer server = RunningServer.start(
                wechat, "--wxtoken.accounts.account1.daily-budget=3", "--wxtoken.refresh.reserve=2")) {
            String token = server.token();
            wechat.clock().advance(Duration.ofSeconds(10));
            wechat.account(APPID).kill();
            Answer answer = server.report(token);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(429);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.json().path("detail").asString()).contains("1 of 3 attempts");
            assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
        }
    }

    @Test
    void theUnexpectedIsLoggedOnceAndNotExplained(CapturedOutput output) {
        try (RunningServer server = RunningServer.start(wechat, "--spring.main.sources=" + Failing.class.getName())) {
            for (String path : List.of("/failing", "/failing/later")) {
                Answer answer = server.get(path);
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
                assertThat(answer.response().body())
                        .isEqualTo("{\"title\":\"Internal Server Error\",\"status\":500,"
                                + "\"detail\":\"The server failed; its log says why.\"}");
                assertThat(output.getAll()).containsOnlyOnce("GET " + path + " failed");
            }
            assertThat(output.getAll().split("IllegalStateException: inside", -1))
                    .hasSize(3);
        }
    }

    /** A controller that fails. */
    @RestController
    static final class Failing {

        @GetMapping("/failing")
        String now(HttpServletRequest request) {
            if (request.getQueryString() == null) {
                throw new IllegalStateException("inside");
            }
            return "";
        }

        @GetMapping("/failing/later")
        CompletableFuture<ResponseEntity<String>> later() {
            return CompletableFuture.failedFuture(new CompletionException(new IllegalStateException("inside")));
        }
    }
}
