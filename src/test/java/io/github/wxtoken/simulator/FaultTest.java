package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.Caller.Received;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault as the caller of an account in good order meets it. */
class FaultTest {

    /** Those whose call ends only when the simulator does. */
    private static final Set<Fault> ENDLESS = EnumSet.of(
            Fault.NEVER_ANSWERED,
            Fault.LOST_NEVER_ANSWERED,
            Fault.LOST_HALF_BODY_THEN_SILENCE,
            Fault.HELD,
            Fault.ANSWER_HELD);

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final Caller caller = new Caller(simulator.hosts().get(0));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @ParameterizedTest
    @EnumSource
    void aTokenIsMintedWhereTheFaultSaysSo(Fault fault) {
        simulator.faults().slowness(Duration.ofMillis(1)).next(fault, 1);
        boolean hits = fault.concerns(CallKind.TOKEN);

        CompletableFuture<Received> call = caller.tokenAsync();
        if (fault == Fault.HELD) {
            simulator.faults().awaitHeld(1);
            assertThat(account.issued()).isZero();
            simulator.faults().release();
        }
        simulator.journal().awaitCalls(1);
        if (ENDLESS.contains(fault)) {
            simulator.close();
        }
        assertThat(call.handle((answer, failure) -> "over").join()).isEqualTo("over");

        int mints = hits && !fault.done() ? 0 : 1;
        assertThat(account.issued()).isEqualTo(mints);
        assertThat(simulator.journal().mints(APPID)).isEqualTo(mints);
        assertThat(simulator.journal().attempts(APPID)).isEqualTo(1);
        assertThat(simulator.journal().calls().get(0).fault()).isEqualTo(hits ? fault : null);
        assertThat(account.callsToday()).isEqualTo(mints == 1 || fault.refuses() ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "SYSTEM_BUSY, -1",
        "SYSTEM_ERROR, -1000",
        "DAILY_QUOTA_REACHED, 45009",
        "MINUTE_QUOTA_REACHED, 45011",
        "UNHEARD_OF_ERRCODE, 49999",
        "UNHEARD_OF_NEGATIVE_ERRCODE, -7",
    })
    void weChatRefuses(Fault fault, int errcode) {
        Received answer = inject(fault);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.errcode()).isEqualTo(errcode);
        assertThat(answer.body()).contains(" rid: ");
    }

    @Test
    void weChatRefusesWithANullToken() {
        assertThat(inject(Fault.SYSTEM_ERROR_AND_NULL_TOKEN).body())
                .startsWith("{\"errcode\":-1000,\"errmsg\":\"system error rid: ")
                .endsWith("\",\"access_token\":null,\"expires_in\":0}");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_500, 500",
        "HTTP_502, 502",
        "HTTP_503, 503",
        "HTTP_504, 504",
        "LOGIN_PAGE, 200",
        "LOST_HTTP_502, 502",
        "LOST_HTTP_504, 504"
    })
    void somethingElseAnswersWithAPage(Fault fault, int status) {
        Received answer = inject(fault);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("text/html");
        assertThat(answer.body()).startsWith("<html>");
    }

    @Test
    void redirected() {
        Received answer = inject(Fault.REDIRECT);

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.location()).isEqualTo(Caller.tokenPath(APPID, SECRET));
    }

    @ParameterizedTest
    @EnumSource(names = {"DROPPED", "LOST_DROPPED", "HALF_CLOSED", "LOST_HALF_BODY"})
    void theConnectionEndsTooEarly(Fault fault) {
        assertThatThrownBy(() -> inject(fault))
                .isInstanceOf(UncheckedIOException.class)
                .rootCause()
                .hasMessageMatching(".*(unexpected end|not found|exhausted).*");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET", "LOST_RESET"})
    void theConnectionIsReset(Fault fault) {
        assertThatThrownBy(() -> inject(fault))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("reset");
    }

    @ParameterizedTest
    @EnumSource(names = {"NEVER_ANSWERED", "LOST_NEVER_ANSWERED", "LOST_HALF_BODY_THEN_SILENCE", "SLOW_ANSWER"})
    void nothingComes(Fault fault) {
        simulator.faults().slowness(Duration.ofHours(1)).next(fault, 1);

        CompletableFuture<Received> call = caller.tokenAsync();
        simulator.journal().awaitCalls(1);
        assertThat(call).isNotDone();
        simulator.close();
        assertThat(call.handle((answer, failure) -> failure != null).join()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOST_EMPTY_BODY | ''",
                "LOST_NOT_JSON | ok",
                "LOST_JSON_ARRAY | []",
                "LOST_JSON_NULL | null",
                "LOST_EMPTY_OBJECT | {}",
                "LOST_WITHOUT_ACCESS_TOKEN | {\"expires_in\":7200}",
                "LOST_EMPTY_ACCESS_TOKEN | {\"access_token\":\"\",\"expires_in\":7200}",
                "LOST_ACCESS_TOKEN_NO_STRING | {\"access_token\":42,\"expires_in\":7200}",
                "LOST_ACCESS_TOKEN_WITH_CONTROLS | {\"access_token\":\"91_\\u001b[2J\\r\\nforged\",\"expires_in\":7200}",
                "LOST_SECRET_IN_CONTENT_TYPE | ok",
            })
    void theAnswerIsLostOnTheWay(Fault fault, String body) {
        assertThat(inject(fault).body()).isEqualTo(body);
    }

    @Test
    void theAnswerIsCutOrHuge() {
        assertThat(inject(Fault.LOST_HALF_JSON).body())
                .startsWith("{\"access_token\":\"")
                .doesNotContain("}");
        assertThat(inject(Fault.LOST_HUGE_BODY).body())
                .startsWith("{\"access_token\":\"")
                .endsWith("xxx\"}")
                .hasSizeGreaterThan(128 * 1024);
        assertThat(inject(Fault.LOST_HUGE_ACCESS_TOKEN).accessToken()).hasSize(60_000);
    }

    @ParameterizedTest
    @MethodSource("keepAnswer")
    void theAnswerIsOddButGood(Fault fault) {
        simulator.faults().slowness(Duration.ofMillis(20));
        String token = inject(fault).accessToken();

        assertThat(account.current()).get().extracting(TokenLife::token).isEqualTo(token);
        assertThat(caller.probe(token).body()).startsWith("{\"ip_list\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ODD_BYTE_ORDER_MARK | \uFEFF\\{\"access_token\":\"T\",\"expires_in\":7200}",
                "ODD_FIELD_ORDER | \\{\"expires_in\":7200,\"access_token\":\"T\"}",
                "ODD_WHITESPACE | '\r\n  \\{\"access_token\" :\t\"T\" ,\n  \"expires_in\" :\t7200\n}\n\n'",
                "ODD_ERRCODE_0 | \\{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"T\",\"expires_in\":7200}",
                "ODD_EXTRA_FIELDS | \\{\"request\":.*,\"access_token\":\"T\",\"expires_in\":7200,\"scope\".*}",
                "EXPIRES_IN_MISSING | \\{\"access_token\":\"T\"}",
                "EXPIRES_IN_NULL | \\{\"access_token\":\"T\",\"expires_in\":null}",
                "EXPIRES_IN_ZERO | \\{\"access_token\":\"T\",\"expires_in\":0}",
                "EXPIRES_IN_NEGATIVE | \\{\"access_token\":\"T\",\"expires_in\":-1}",
                "EXPIRES_IN_TINY | \\{\"access_token\":\"T\",\"expires_in\":1}",
                "EXPIRES_IN_STRING | \\{\"access_token\":\"T\",\"expires_in\":\"7200\"}",
                "EXPIRES_IN_NONSENSE | \\{\"access_token\":\"T\",\"expires_in\":\"soon\"}",
                "EXPIRES_IN_FLOAT | \\{\"access_token\":\"T\",\"expires_in\":7200.5}",
                "EXPIRES_IN_HUGE | \\{\"access_token\":\"T\",\"expires_in\":99999999999999999999}",
            })
    void oddAnswersToTheLetter(Fault fault, String pattern) {
        assertThat(inject(fault).body()).matches(pattern.replace("T\"", "[\\w-]{135,157}\""));
    }

    @Test
    void oddHeaders() {
        assertThat(inject(Fault.ODD_TEXT_PLAIN).contentType()).isEqualTo("text/plain");
        assertThat(inject(Fault.ODD_NO_CONTENT_TYPE).contentType()).isNull();
        assertThat(inject(Fault.LOST_SECRET_IN_CONTENT_TYPE).contentType())
                .startsWith("text/" + SECRET + "xxx")
                .hasSizeGreaterThan(4000);
    }

    static Stream<Fault> keepAnswer() {
        return Arrays.stream(Fault.values()).filter(Fault::keepsAnswer);
    }

    private Received inject(Fault fault) {
        simulator.faults().next(fault, 1);
        return caller.token();
    }
}
