package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.keeper.TokenEvent.FoundDead;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests that the event of a dead token, and the errors that follow, say of its replacement only what is known. */
final class FoundDeadTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final HandFedSource wechat = new HandFedSource();
    private final List<TokenEvent> events = new ArrayList<>();

    @Test
    void theNextFetchIsDue() {
        die(keeper(2000));
        assertThat(outlooks()).containsExactly("The last token is no longer usable; the next fetch is due.");
        wechat.grant("second");
        assertThat(outlooks()).hasSize(1);
    }

    @Test
    void nothingIsFetchedWithinSecondsOfAFetch() {
        TokenKeeper keeper = Keepers.of(List.of(account(2000)), time, wechat, new EveryEvent(events::add));
        begin(keeper, 2);
        die(keeper);
        assertThat(outlooks())
                .containsExactly("The last token is no longer usable; the next fetch is not before "
                        + NOON.plusSeconds(5) + ".");
    }

    @Test
    void theRefreshFails() {
        TokenKeeper keeper = keeper(2000);
        time.pass(Duration.ofMinutes(109));
        wechat.refuse(Advice.OPERATOR);
        die(keeper);
        assertThat(outlooks())
                .singleElement()
                .asString()
                .startsWith("No usable token; fetching one has failed 1 time(s) since")
                .endsWith("40164 invalid ip");
    }

    @Test
    void theBudgetIsSpent() {
        // One attempt is spent, and the rest is reserved for planned refreshes, the next of which is due at 05:50.
        TokenKeeper keeper = keeper(101);
        die(keeper);
        assertThat(outlooks())
                .containsExactly("No usable token, and the daily budget allows no fetch before 2026-11-22T05:50:00Z:"
                        + " 1 of 101 attempts are spent.");
        assertThat(wechat.fetches()).hasSize(1);
    }

    @Test
    void theReplacementIsUnderWay() {
        TokenKeeper keeper = keeper(2000);
        time.pass(Duration.ofMinutes(109));
        die(keeper);
        assertThat(outlooks()).containsExactly("A token is being fetched, but WeChat has not answered yet.");
    }

    @Test
    void aSecondEndWithinADayIsARepetition() {
        TokenKeeper keeper = keeper(2000);
        die(keeper);
        Instant first = Objects.requireNonNull(keeper.status(KEY).record().contestedAt());
        wechat.grant("second");
        time.pass(Duration.ofHours(1));
        die(keeper, "second");
        assertThat(found()).extracting(FoundDead::again).containsExactly(Optional.empty(), Optional.of(first));
    }

    @Test
    void anEndADayLaterIsAnotherFirstOne() {
        TokenKeeper keeper = keeper(2000);
        die(keeper);
        wechat.grant("second");
        time.jump(Duration.ofHours(25));
        time.pass(Duration.ofSeconds(1));
        wechat.grant("third");
        time.pass(Duration.ofSeconds(10));
        die(keeper, "third");
        assertThat(found()).extracting(FoundDead::again).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void aTicketNeedsAnAccessToken() {
        Account account = new Account("main", KEY.appid(), Api.CLASSIC, Set.of(TokenKind.JSAPI_TICKET), 2000);
        TokenKeeper keeper = Keepers.of(List.of(account), time, wechat);
        keeper.start();
        time.pass(Duration.ZERO);
        wechat.refuse(Advice.OPERATOR);
        CompletableFuture<?> ticket = keeper.current(new TokenKey(KEY.appid(), TokenKind.JSAPI_TICKET));
        time.pass(Duration.ofSeconds(3));
        assertThatThrownBy(ticket::join)
                .hasMessageEndingWith("No token has been fetched yet; the next fetch is due and needs a usable"
                        + " access_token of the account.");
    }

    private TokenKeeper keeper(int budget) {
        TokenKeeper keeper = Keepers.of(List.of(account(budget)), time, wechat, new EveryEvent(events::add));
        begin(keeper, 60);
        return keeper;
    }

    private void begin(TokenKeeper keeper, int seconds) {
        keeper.start();
        time.pass(Duration.ZERO);
        wechat.grant("first");
        time.pass(Duration.ofSeconds(seconds));
        wechat.probes().forEach(probe -> probe.answer().complete(Verdict.ALIVE));
        time.pass(Duration.ZERO);
    }

    /** Has a caller report the token, and WeChat reject it. */
    private void die(TokenKeeper keeper) {
        die(keeper, "first");
    }

    private void die(TokenKeeper keeper, String value) {
        keeper.report(KEY, value).exceptionally(e -> null);
        time.pass(Duration.ofSeconds(1));
        wechat.judge(Verdict.SUPERSEDED);
        time.pass(Duration.ZERO);
    }

    private static Account account(int budget) {
        return new Account("main", KEY.appid(), Api.CLASSIC, Set.of(), budget);
    }

    private List<String> outlooks() {
        return found().stream().map(FoundDead::outlook).toList();
    }

    private List<FoundDead> found() {
        return events.stream()
                .filter(FoundDead.class::isInstance)
                .map(FoundDead.class::cast)
                .toList();
    }
}
