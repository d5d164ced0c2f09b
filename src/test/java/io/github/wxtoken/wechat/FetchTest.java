package io.github.wxtoken.wechat;

import static io.github.wxtoken.simulator.CallKind.TOKEN;
import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.KEY;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.simulator.WhitelistMode;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.FetchRequest;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Tests the result of a fetch, fault by fault. */
class FetchTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final TestClient client = TestClient.of(simulator.hosts());

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    @Test
    void bringsTheTokenThatWasMinted() {
        Fetched fetched = client.fetch();

        assertThat(account.current().orElseThrow().token()).isEqualTo(fetched.value());
        assertThat(fetched.expiresIn()).isEqualTo(7200);
        assertThat(simulator.journal().attempts(APPID)).isEqualTo(1);
    }

    /** Covers every fault that does not depend on timing, together with the next test. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {
                "NEVER_ANSWERED",
                "LOST_NEVER_ANSWERED",
                "LOST_HALF_BODY_THEN_SILENCE",
                "HELD",
                "ANSWER_HELD",
                "WRONG_SECRET_IS_40001"
            })
    void reportsWhatBecameOfIt(Fault fault) {
        simulator.faults().slowness(Duration.ofMillis(20)).on(TOKEN).next(fault, 1);

        String told = told();

        assertThat(told).isEqualTo(expected(fault));
        assertThat(simulator.journal().attempts(APPID)).as("sent once").isEqualTo(1);
        if (fault.done() && fault.concerns(TOKEN)) {
            assertThat(told).as("a minted token is brought, or may be lost").doesNotContain("REFUSED", "NOT_SENT");
        }
    }

    private String told() {
        return client.client()
                .fetch(FetchRequest.of(KEY), () -> true)
                .handle((fetched, e) -> e instanceof TokenSourceException reason
                        ? reason.outcome() + ", " + reason.advice() + ", " + reason.errcode()
                        : "token, " + fetched.expiresIn())
                .toCompletableFuture()
                .join();
    }

    private static String expected(Fault fault) {
        return switch (fault) {
            case SYSTEM_BUSY -> "REFUSED, RETRY_SOON, -1";
            case SYSTEM_ERROR, SYSTEM_ERROR_AND_NULL_TOKEN -> "REFUSED, RETRY_SOON, -1000";
            case UNHEARD_OF_NEGATIVE_ERRCODE -> "REFUSED, RETRY_SOON, -7";
            case UNHEARD_OF_ERRCODE -> "REFUSED, BACK_OFF, 49999";
            case DAILY_QUOTA_REACHED -> "REFUSED, QUOTA, 45009";
            case MINUTE_QUOTA_REACHED -> "REFUSED, QUOTA, 45011";
            case REDIRECT -> "REFUSED, RETRY_SOON, 0";
            case EXPIRES_IN_MISSING, EXPIRES_IN_NULL, EXPIRES_IN_NONSENSE -> "token, null";
            case EXPIRES_IN_ZERO -> "token, 0";
            case EXPIRES_IN_NEGATIVE -> "token, -1";
            case EXPIRES_IN_TINY -> "token, 1";
            case EXPIRES_IN_HUGE -> "token, " + Long.MAX_VALUE;
            default -> !fault.concerns(TOKEN) || fault.keepsAnswer() ? "token, 7200" : "UNKNOWN, RETRY_SOON, 0";
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"NEVER_ANSWERED", "LOST_NEVER_ANSWERED", "LOST_HALF_BODY_THEN_SILENCE", "HELD", "ANSWER_HELD"})
    void givesUpWaiting(Fault fault) {
        simulator.faults().next(fault, 1);
        try (TestClient hasty = TestClient.of(simulator.hosts(), Duration.ofSeconds(1))) {
            TokenSourceException failure = hasty.failure();

            assertThat(failure.outcome()).isEqualTo(CallOutcome.UNKNOWN);
            assertThat(failure.advice()).isEqualTo(Advice.RETRY_SOON);
            assertThat(failure.text()).endsWith("within 1 s").startsWith("no ");
            assertThat(simulator.journal().calls(call -> call.host() == 1)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP_502 | answer was not JSON (HTTP 502, text/html)",
                "LOGIN_PAGE | answer was not JSON (HTTP 200, text/html)",
                "LOST_EMPTY_BODY | answer was empty (HTTP 200, application/json)",
                "LOST_JSON_ARRAY | answer was not from WeChat (HTTP 200, application/json)",
                "LOST_HALF_JSON | answer was not JSON (HTTP 200, application/json)",
                "LOST_HUGE_BODY | answer was over 64 KB (HTTP 200, application/json)",
                "LOST_HUGE_ACCESS_TOKEN | answer had an unusable access_token: it has 60000 characters",
                "REDIRECT | answer was empty (HTTP 302, text/html)",
            })
    void saysWhatWasWrongWithTheAnswer(Fault fault, String text) {
        simulator.faults().next(fault, 1);

        assertThat(client.failure().text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "DROPPED, before an answer",
        "RESET, before an answer",
        "LOST_HALF_BODY, in the middle of the answer",
    })
    void saysHowTheConnectionEnded(Fault fault, String when) {
        simulator.faults().next(fault, 1);

        String host = "127.0.0.1:" + simulator.hosts().get(0).getPort();
        assertThat(client.failure().text()).isEqualTo("connection to " + host + " closed " + when);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"APPSECRET_FROZEN", "USER_LIMITED", "ACCESS_TOKEN_FORBIDDEN", "ACCOUNT_FROZEN", "COMPONENT_ACCOUNT"
            })
    void leavesTheAccountsTroubleToAnOperator(Errcode errcode) {
        account.refuse(TOKEN, errcode);

        TokenSourceException failure = client.failure();

        assertThat(failure.advice()).isEqualTo(Advice.OPERATOR);
        assertThat(failure.outcome()).isEqualTo(CallOutcome.REFUSED);
        assertThat(failure.errcode()).isEqualTo(errcode.code());
        assertThat(failure.hint()).isEqualTo(Integer.toString(errcode.code()));
    }

    @ParameterizedTest
    @CsvSource({
        "IP_NEEDS_CONFIRMATION, OPERATOR, PT5M",
        "IP_REFUSED_FOR_AN_HOUR, BACK_OFF, PT1H",
        "IP_REFUSED_FOR_A_DAY, BACK_OFF, PT1H",
        "DAILY_QUOTA_REACHED, QUOTA, PT1H",
        "MINUTE_QUOTA_REACHED, QUOTA, PT1M",
    })
    void waitsAsLongAsWeChatsRulesSay(Errcode errcode, Advice advice, Duration retryAfter) {
        account.refuse(TOKEN, errcode);

        TokenSourceException failure = client.failure();

        assertThat(failure.advice()).isEqualTo(advice);
        assertThat(failure.retryAfter()).isEqualTo(retryAfter);
    }

    @Test
    void namesTheAddressThatIsNotOnTheWhitelist() {
        account.whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.MP, "10.0.0.0/8");
        simulator.callerIp("203.0.113.7");

        TokenSourceException failure = client.failure();

        assertThat(failure.errcode()).isEqualTo(40164);
        assertThat(failure.text()).startsWith("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid:");
        assertThat(failure.hint()).isEqualTo("40164");
    }

    @Test
    void tellsOfAWrongSecretAndOfAWrongAppid() {
        account.resetSecret("another");
        assertThat(client.failure().errcode()).isEqualTo(40125);
        assertThat(client.failure().advice()).isEqualTo(Advice.OPERATOR);

        simulator.faults().next(Fault.WRONG_SECRET_IS_40001, 1);
        TokenSourceException failure = client.failure();
        assertThat(failure.errcode()).isEqualTo(40001);
        assertThat(failure.hint()).isEqualTo("40001");
    }

    @Test
    void fetchesForConfiguredAccountsOnly() {
        assertThatThrownBy(() -> client.client().fetch(FetchRequest.of(TokenKey.accessToken("wxother")), () -> true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(client.client().fetch(FetchRequest.of(KEY), () -> true).toCompletableFuture())
                .succeedsWithin(TestClient.LONG);
    }
}
