package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests tickets, which are fetched with an access_token and whose age WeChat never states. */
final class TicketsTest {

    private static final TokenKey TOKEN = TokenKey.accessToken("wx0123456789abcdef");
    private static final TokenKey TICKET = new TokenKey(TOKEN.appid(), TokenKind.JSAPI_TICKET);

    private final ManualScheduler time = new ManualScheduler(NOON);
    private Verdict verdict = Verdict.ALIVE;
    private final HandFedSource wechat = new HandFedSource();
    private final List<TokenEvent> events = new ArrayList<>();
    private final TokenKeeper keeper = Keepers.of(
            List.of(new Account("main", TOKEN.appid(), Api.CLASSIC, Set.of(TokenKind.JSAPI_TICKET), 2000)),
            time,
            wechat,
            new EveryEvent(events::add));

    @BeforeEach
    void theFirstTokenAndTicketAreThere() {
        keeper.start();
        time.pass(Duration.ZERO);
        assertThat(wechat.fetches()).hasSize(1);
        wechat.grant("token");
        time.pass(Duration.ZERO);
        assertThat(wechat.last().key()).isEqualTo(TICKET);
        assertThat(wechat.last().request().accessToken()).isEqualTo("token");
        wechat.grant("ticket");
    }

    @Test
    void isFetchedEveryHour() {
        pass(3598);
        assertThat(ticketCalls()).isEqualTo(1);
        pass(3);
        assertThat(ticketCalls()).isEqualTo(2);
        wechat.grant("ticket");
        long version = served().version();
        pass(3000);
        wechat.grant("another token");
        pass(601);
        wechat.grant("another");
        assertThat(served().token().value()).isEqualTo("another");
        assertThat(served().version()).isGreaterThan(version);
    }

    @Test
    void isServedForNoLongerThanUntilShortlyAfterItIsFetchedAgain() {
        assertThat(served().expiresIn()).isEqualTo(3900);
        pass(1800);
        assertThat(served().expiresIn()).isEqualTo(2100);
    }

    @Test
    void theSameTicketAgainIsNoOtherVersion() {
        long version = served().version();
        pass(3600);
        wechat.grant("ticket");
        assertThat(served().version()).isEqualTo(version);
        assertThat(served().expiresIn()).isEqualTo(3900);
    }

    @Test
    void outlivesTheAccessTokenThatItWasFetchedWith() {
        pass(6000);
        wechat.fetches().stream().filter(call -> call.key().equals(TICKET)).forEach(call -> call.answer()
                .complete(new TokenSource.Fetched("ticket", 7200L)));
        pass(602);
        assertThat(wechat.last().key()).isEqualTo(TOKEN);
        wechat.grant("another token");
        assertThat(served().token().value()).isEqualTo("ticket");
        assertThat(keeper.current(TOKEN).join().token().value()).isEqualTo("another token");
    }

    @Test
    void aRefusedAccessTokenIsReported() {
        pass(3620);
        wechat.refuse(Advice.REPORT);
        time.pass(Duration.ZERO);
        int probes = wechat.probes().size();
        assertThat(wechat.probes().get(probes - 1).value()).isEqualTo("token");
        assertThat(wechat.probes().get(probes - 1).answer()).isNotDone();
        wechat.judge(Verdict.SUPERSEDED);
        time.pass(Duration.ZERO);
        assertThat(wechat.last().key()).isEqualTo(TOKEN);
        wechat.grant("another token");
        pass(2);
        assertThat(wechat.last().key()).isEqualTo(TICKET);
        assertThat(wechat.last().request().accessToken()).isEqualTo("another token");
        assertThat(served().token().value()).isEqualTo("ticket");
    }

    @Test
    void isNotFetchedWithoutAnAccessToken() {
        pass(3020);
        keeper.report(TOKEN, "token");
        time.pass(Duration.ZERO);
        wechat.judge(Verdict.SUPERSEDED);
        time.pass(Duration.ZERO);
        wechat.refuse(Advice.OPERATOR);
        verdict = Verdict.SUPERSEDED;
        int calls = ticketCalls();
        pass(900);
        assertThat(ticketCalls()).isEqualTo(calls);
        assertThat(keeper.status(TICKET).record().budget().spent()).isEqualTo(calls);
        assertThat(served().token().value()).isEqualTo("ticket");
    }

    @Test
    void aReportHasItFetchedAgain() {
        pass(120);
        CompletableFuture<Report> alive = keeper.report(TICKET, "ticket");
        assertThat(alive).isNotDone();
        wechat.grant("ticket");
        assertThat(alive.join().outcome()).isEqualTo(Outcome.ALIVE);

        assertThat(keeper.report(TICKET, "ticket").join().outcome()).isEqualTo(Outcome.ALIVE);
        assertThat(ticketCalls()).isEqualTo(2);

        pass(61);
        CompletableFuture<Report> refreshed = keeper.report(TICKET, "ticket");
        wechat.grant("another");
        assertThat(refreshed.join().outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(keeper.report(TICKET, "ticket").join().outcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(ticketCalls()).isEqualTo(3);
    }

    @Test
    void reportsThatComeDuringTheFetchShareIt() {
        pass(120);
        CompletableFuture<Report> early = keeper.report(TICKET, "ticket");
        time.pass(Duration.ofMillis(50));
        CompletableFuture<Report> later = keeper.report(TICKET, "ticket");
        wechat.grant("ticket");
        assertThat(early.join().outcome()).isEqualTo(Outcome.ALIVE);
        assertThat(later.join().outcome()).isEqualTo(Outcome.ALIVE);
        assertThat(ticketCalls()).isEqualTo(2);
    }

    @Test
    void aCallerInALoopCannotSpendTheBudget() {
        for (int second = 0; second < 3000; second++) {
            pass(1);
            keeper.report(TICKET, null);
            if (wechat.last().key().equals(TICKET)) {
                wechat.grant("ticket");
            }
        }
        assertThat(ticketCalls()).isBetween(40, 60);
        assertThat(wechat.fetches().size() - ticketCalls()).isEqualTo(1);
    }

    @Test
    void aFailedFetchKeepsTheTicket() {
        pass(3600);
        for (int i = 0; i < 100; i++) {
            if (wechat.last().key().equals(TICKET)) {
                wechat.refuse(Advice.RETRY_SOON);
            }
            pass(10);
        }
        assertThat(served().token().value()).isEqualTo("ticket");
        assertThat(keeper.status(TICKET).record().failure()).isNotNull();
        assertThat(keeper.status(TOKEN).record().failure()).isNull();
    }

    private int ticketCalls() {
        return (int) wechat.fetches().stream()
                .filter(call -> call.key().equals(TICKET))
                .count();
    }

    private ServedToken served() {
        return Objects.requireNonNull(keeper.status(TICKET).served());
    }

    /** Advances the clock while WeChat gives the same verdict in all probes. */
    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            time.pass(Duration.ofSeconds(1));
            wechat.probes().forEach(probe -> probe.answer().complete(verdict));
        }
    }
}
