package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.committed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.ServingTerms;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that objects that could be logged by accident do not show the tokens they hold. */
class HiddenValueTest {

    private static final String PLANTED = "planted-0123456789abcdef";
    private static final Account ACCOUNT = new Account("main", "wx1", Api.CLASSIC, Set.of(), 2000);
    private static final TokenKey KEY = TokenKey.accessToken("wx1");

    @ParameterizedTest
    @MethodSource
    void whatHoldsATokenHidesIt(Object holder) {
        assertThat(holder.toString()).doesNotContain("planted").isNotEmpty();
        assertThat(String.format("%s", holder)).doesNotContain("planted");
    }

    static Stream<Object> whatHoldsATokenHidesIt() {
        Token token = new Token(PLANTED, NOON, at(7200));
        ServedToken served = new ServedToken(token, 1, 6900);
        TokenRecord first = committed(TokenRecord.EMPTY.claim("me", NOON, POLICY), PLANTED, 0);
        TokenRecord second = committed(first.claim("me", at(6600), POLICY), PLANTED + " too", 6600);
        assertThat(second.previous()).isNotNull();
        return Stream.of(
                token,
                new Fetched(PLANTED, 7200L),
                new Fetched(PLANTED, null),
                served,
                new Report(Report.Outcome.REFRESHED, served),
                first,
                second,
                new Change(first, second, at(6600)),
                new TokenStore.Stored(second, 4, at(6600), null),
                Objects.requireNonNull(ServingTerms.of(second, POLICY)),
                new TokenStatus(ACCOUNT, KEY, 2000, second, at(6600), at(13_200), served, null, 0));
    }

    @Test
    void aTokenIsToldFromOthersByItsFingerprintOnly() {
        Token token = new Token(PLANTED, NOON, at(7200));
        assertThat(token.fingerprint()).matches("[0-9a-f]{8}");
        assertThat(token.toString()).contains(token.fingerprint());
        assertThat(new Token(PLANTED + "!", NOON, at(7200)).fingerprint()).isNotEqualTo(token.fingerprint());
    }

    @Test
    void noEventOfAWholeLifeShowsAToken() {
        ManualScheduler time = new ManualScheduler(NOON);
        HandFedSource wechat = new HandFedSource();
        List<TokenEvent> events = new ArrayList<>();
        TokenKeeper keeper = new TokenKeeper(
                new Accounts(List.of(ACCOUNT)),
                new MemoryTokenStore(time),
                wechat,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ZERO),
                time,
                time,
                () -> 0,
                "me",
                List.of(new EveryEvent(events::add)));
        keeper.start();
        time.pass(Duration.ZERO);
        wechat.grant(PLANTED);
        time.pass(Duration.ofSeconds(30));
        keeper.report(KEY, PLANTED);
        wechat.judge(Verdict.SUPERSEDED);
        wechat.refuse(Advice.RETRY_SOON);
        time.pass(Duration.ofSeconds(1));
        wechat.grant(PLANTED + " too");
        keeper.report(KEY, PLANTED);
        assertThat(events.stream().map(Object::getClass))
                .contains(
                        TokenEvent.Refreshed.class,
                        TokenEvent.RefreshFailed.class,
                        TokenEvent.FoundDead.class,
                        TokenEvent.Reported.class);
        assertThat(events).noneMatch(event -> event.toString().contains("planted"));
        assertThat(keeper.status(KEY).toString()).doesNotContain("planted");
    }
}
