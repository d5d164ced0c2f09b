package io.github.wxtoken.wechat;

import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.KEY;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
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

/** Tests fetches with the stable API and of tickets. */
final class StableFetchTest {

    private static final TokenKey TICKET = new TokenKey(APPID, TokenKind.JSAPI_TICKET);

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final TestClient client = TestClient.stable(wechat.hosts());

    @AfterEach
    void close() {
        client.close();
        wechat.close();
    }

    @Test
    void asksForTheSameTokenUntilForced() {
        Fetched first = client.fetch();
        wechat.clock().advance(Duration.ofSeconds(100));
        assertThat(client.fetch()).isEqualTo(new Fetched(first.value(), 7100L));
        Fetched forced = fetch(new FetchRequest(KEY, true, null));
        assertThat(forced.value()).isNotEqualTo(first.value());
        assertThat(forced.expiresIn()).isEqualTo(7200);
        assertThat(account.forcedToday()).isEqualTo(1);
        assertThat(wechat.journal().attempts(APPID)).isZero();
        assertThat(wechat.journal().calls(APPID, CallKind.STABLE_TOKEN)).isEqualTo(3);
    }

    @Test
    void isRefusedLikeAClassicCall() {
        account.resetSecret("another");
        TokenSourceException failure = client.failure();
        assertThat(failure.errcode()).isEqualTo(40125);
        assertThat(failure.advice()).isEqualTo(Advice.OPERATOR);
        assertThat(failure.outcome()).isEqualTo(CallOutcome.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"LOST_DROPPED, UNKNOWN", "LOST_HALF_JSON, UNKNOWN", "LOST_HTTP_502, UNKNOWN", "SYSTEM_BUSY, REFUSED"})
    void tellsHowFarACallCame(Fault fault, CallOutcome outcome) {
        wechat.faults().on(CallKind.STABLE_TOKEN).always(fault);
        assertThat(client.failure().outcome()).isEqualTo(outcome);
    }

    @Test
    void getsATicketWithAnAccessToken() {
        String token = client.fetch().value();
        assertThat(fetch(new FetchRequest(TICKET, false, token)))
                .isEqualTo(new Fetched(account.currentTicket("jsapi").orElseThrow(), 7200L));
    }

    @ParameterizedTest
    @CsvSource({"FLAPPING, 40001", "DEAD_TOKEN_IS_40014, 40014"})
    void aRefusedAccessTokenIsToBeReported(Fault fault, int errcode) {
        String token = client.fetch().value();
        if (fault == Fault.DEAD_TOKEN_IS_40014) {
            account.killStable();
        }
        wechat.faults().on(CallKind.TICKET).always(fault);
        TokenSourceException failure = ticketFailure(token);
        assertThat(failure.advice()).isEqualTo(Advice.REPORT);
        assertThat(failure.errcode()).isEqualTo(errcode);
        assertThat(failure.outcome()).isEqualTo(CallOutcome.REFUSED);
        assertThat(failure).hasMessageNotContaining(token);
    }

    @Test
    void anExpiredAccessTokenIsToBeReportedAsWell() {
        String token = client.fetch().value();
        wechat.clock().advance(Duration.ofHours(3));
        assertThat(ticketFailure(token).advice()).isEqualTo(Advice.REPORT);
    }

    @Test
    void whatElseIsWrongWithATicketIsNotTheTokensFault() {
        String token = client.fetch().value();
        account.refuse(CallKind.TICKET, Errcode.API_UNAUTHORIZED);
        TokenSourceException failure = ticketFailure(token);
        assertThat(failure.advice()).isEqualTo(Advice.OPERATOR);
        assertThat(failure.hint()).isEqualTo("48001");
        wechat.faults().on(CallKind.TICKET).always(Fault.LOST_EMPTY_OBJECT);
        assertThat(ticketFailure(token).advice()).isEqualTo(Advice.RETRY_SOON);
    }

    private TokenSourceException ticketFailure(String token) {
        return TestClient.failure(() -> fetch(new FetchRequest(TICKET, false, token)));
    }

    private Fetched fetch(FetchRequest order) {
        return client.client().fetch(order, () -> true).toCompletableFuture().join();
    }
}
