package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.github.wxtoken.keeper.MisbehavingSource.Way;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Tests a buggy WeChat client at one of two accounts: the other is unaffected and the effects end with the bug. */
class MisbehavingSourceTest {

    private static final TokenKey VICTIM = TokenKey.accessToken("wx1");
    private static final TokenKey OTHER = TokenKey.accessToken("wx2");

    private final ManualScheduler time = new ManualScheduler(Instant.parse("2026-11-22T04:00:00Z"));
    private final MisbehavingSource source = new MisbehavingSource(VICTIM);
    private final List<TokenEvent> events = new ArrayList<>();
    private final TokenKeeper keeper = Keepers.of(
            List.of(
                    new Account("victim", "wx1", Api.CLASSIC, Set.of(), 2000),
                    new Account("other", "wx2", Api.CLASSIC, Set.of(), 2000)),
            time,
            source,
            new EveryEvent(events::add));

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.wxtoken.keeper");
    private final @Nullable Level levelBefore = logger.getLevel();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(logged);
    }

    @AfterEach
    void listenNoLonger() {
        logger.detachAppender(logged);
        logger.setLevel(levelBefore);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFetchThatMisbehavesIsAFailureThatHeals(Way way) {
        source.fetches(way);
        keeper.start();
        time.pass(Duration.ofMinutes(3));
        Failure failure = Objects.requireNonNull(keeper.status(VICTIM).record().failure());
        assertThat(failure.said()).isEqualTo("internal error, see the log");
        assertThat(failure.advice()).isEqualTo(Advice.RETRY_SOON);
        assertThat(failure.attempts()).isGreaterThan(1);
        assertThat(keeper.status(VICTIM).served()).isNull();
        assertThat(events.stream().filter(TokenEvent.RefreshFailed.class::isInstance))
                .isNotEmpty()
                .allMatch(event -> event.key().equals(VICTIM));
        othersAreWell();

        source.fetches(null);
        time.pass(Duration.ofMinutes(2));
        assertThat(keeper.current(VICTIM)).isCompleted();
        assertThat(keeper.status(VICTIM).record().failure()).isNull();
        theLogTellsOfItButNotWhatWasThrown("victim");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aTokenInHandIsServedForAsLongAsTheOverlapWhileFetchesMisbehave(Way way) {
        keeper.start();
        time.pass(Duration.ofMinutes(109));
        source.fetches(way);
        // The refresh is due after one minute. WeChat may mint then and accepts the old token for five more minutes.
        for (int second = 0; second < 355; second++) {
            time.pass(Duration.ofSeconds(1));
            assertThat(keeper.status(VICTIM).served()).isNotNull();
        }
        othersAreWell();
        source.fetches(null);
        time.pass(Duration.ofMinutes(2));
        assertThat(keeper.status(VICTIM).record().failure()).isNull();
        assertThat(keeper.status(VICTIM).record().doubt()).isNull();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aProbeThatMisbehavesSaysNothingAndHoldsNobodyUp(Way way) {
        keeper.start();
        time.pass(Duration.ofSeconds(30));
        source.probes(way);
        for (int minute = 0; minute < 5; minute++) {
            time.pass(Duration.ofMinutes(1));
            assertThat(keeper.status(VICTIM).served()).isNotNull();
        }
        assertThat(source.probesOf(VICTIM)).as("it is asked all the same").isEqualTo(source.probesOf(OTHER));
        assertThat(keeper.status(VICTIM).record().doubt()).isNull();
        othersAreWell();

        time.pass(Duration.ofSeconds(30));
        CompletableFuture<Report> report = keeper.report(VICTIM, null);
        time.pass(RefreshPolicy.MAX_WAIT);
        if (way == Way.NEVER_ANSWERS) {
            assertThat(report)
                    .as("nobody waits for ever")
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(TokenUnavailableException.class);
        } else {
            assertThat(report).isCompletedWithValueMatching(answer -> answer.outcome() == Report.Outcome.REFRESHED);
        }

        source.probes(null);
        time.pass(Duration.ofMinutes(7));
        assertAlive(VICTIM);
        assertThat(keeper.status(VICTIM).record().doubt()).isNull();
        theLogTellsOfItButNotWhatWasThrown(way == Way.ANSWERS_NULL ? "" : "victim");
    }

    private void othersAreWell() {
        assertThat(keeper.current(OTHER)).isCompleted();
        assertThat(keeper.status(OTHER).record().failure()).isNull();
        assertAlive(OTHER);
    }

    private void assertAlive(TokenKey key) {
        CompletableFuture<Report> report = keeper.report(key, null);
        // A probe is sent a second after the one before.
        time.pass(Duration.ofSeconds(1));
        assertThat(report).isCompletedWithValueMatching(answer -> answer.outcome() == Report.Outcome.ALIVE);
    }

    private void theLogTellsOfItButNotWhatWasThrown(String name) {
        String log = logged.list.stream()
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .collect(Collectors.joining("\n"));
        assertThat(log).contains(name).doesNotContain(MisbehavingSource.CANARY, "secret=", "0123456789abcdef");
    }
}
