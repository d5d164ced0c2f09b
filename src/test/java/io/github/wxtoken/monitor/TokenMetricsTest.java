package io.github.wxtoken.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.wxtoken.keeper.Keepers;
import io.github.wxtoken.keeper.ManualScheduler;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Tests the metrics of tokens: totals and worst values, and their number for many accounts. */
final class TokenMetricsTest {

    private static final int MOST = 1000;
    private static final int MANY = 10_000;
    private static final int HEAP_PER_ACCOUNT = 6_000;
    private static final String PER_ACCOUNT = "wxtoken.token.usable";

    @Test
    void upToTheLimitEachAccountHasItsOwnSeries() {
        Server server = new Server(MOST);
        assertThat(server.named()).hasSize(MOST);
        assertThat(server.meters.find(PER_ACCOUNT).gauges()).hasSize(MOST);
        assertThat(server.sum("wxtoken.tokens", "state", "up")).isEqualTo(MOST);
        assertTagsOfEachMeterAreTheSame(server);
    }

    @Test
    void beyondTheLimitNoSeriesNamesAnAccount() {
        Server server = new Server(MOST + 1);
        assertThat(server.named()).isEmpty();
        assertThat(server.meters.find(PER_ACCOUNT).gauges()).isEmpty();
        assertThat(server.sum("wxtoken.tokens", "state", "up")).isEqualTo(MOST + 1);
        assertThat(server.counter("wxtoken.token.refreshes", "trigger", "boot", "outcome", "refreshed"))
                .isEqualTo(MOST + 1);
        assertThat(server.counter("wxtoken.token.refreshes", "trigger", "scheduled", "outcome", "failed"))
                .as("registered before the first failure")
                .isZero();
        assertThat(server.counter("wxtoken.token.contested")).isZero();
        assertThat(server.counter("wxtoken.watchdog.findings", "finding", "superseded"))
                .isZero();
        assertTagsOfEachMeterAreTheSame(server);
    }

    @Test
    void totalsFollowTheStatesOfTheTokens() {
        Server server = new Server(MOST + 1);
        assertThat(server.sum("wxtoken.tokens.min.remaining")).isBetween(7190.0, 7200.0);
        assertThat(server.sum("wxtoken.tokens.max.failures")).isZero();
        assertThat(server.sum("wxtoken.tokens.max.failing")).isZero();
        double version = server.sum("wxtoken.tokens.max.version");
        assertThat(version).isPositive();
        assertThat(server.sum("wxtoken.budget.max.spent")).isEqualTo(0.0005);

        server.source.failing.addAll(Set.of("wx0", "wx1"));
        server.pass(Duration.ofMinutes(111));
        assertThat(server.sum("wxtoken.tokens", "state", "degraded")).isEqualTo(2);
        assertThat(server.sum("wxtoken.tokens", "state", "up")).isEqualTo(MOST - 1);
        assertThat(server.sum("wxtoken.tokens", "state", "down")).isZero();
        assertThat(server.sum("wxtoken.tokens.max.failures")).isGreaterThanOrEqualTo(1);
        assertThat(server.sum("wxtoken.tokens.max.version")).isGreaterThan(version);
        assertThat(server.counter("wxtoken.token.refreshes", "trigger", "scheduled", "outcome", "failed"))
                .isGreaterThanOrEqualTo(2);

        server.pass(Duration.ofMinutes(10));
        assertThat(server.sum("wxtoken.tokens", "state", "down")).isEqualTo(2);
        assertThat(server.sum("wxtoken.tokens", "state", "degraded")).isZero();
        assertThat(server.sum("wxtoken.tokens.min.remaining")).isZero();
        assertThat(server.sum("wxtoken.tokens.max.failing")).isCloseTo(600, within(70.0));
        assertThat(server.sum("wxtoken.budget.max.spent")).isGreaterThan(0.001);

        server.source.failing.clear();
        server.pass(Duration.ofMinutes(1));
        assertThat(server.sum("wxtoken.tokens", "state", "up")).isEqualTo(MOST + 1);
        assertThat(server.sum("wxtoken.tokens.max.failures")).isZero();
        assertThat(server.sum("wxtoken.tokens.max.failing")).isZero();
    }

    @Test
    void totalsAreReusedForASecond() {
        Server server = new Server(1);
        server.sum("wxtoken.tokens.min.remaining");
        server.time.jump(Duration.ofSeconds(100));
        assertThat(server.sum("wxtoken.tokens.min.remaining")).isGreaterThan(7190);
        server.clock.add(Duration.ofMillis(999));
        assertThat(server.sum("wxtoken.tokens.min.remaining")).isGreaterThan(7190);
        server.clock.add(Duration.ofMillis(1));
        assertThat(server.sum("wxtoken.tokens.min.remaining")).isLessThanOrEqualTo(7100);
    }

    @Test
    void aScrapeOfManyAccountsIsSmallAndSoIsTheHeap() {
        // Loads the classes.
        new Server(1).pass(Duration.ofMinutes(111));
        long before = heap();
        Server server = new Server(MANY);
        // Each account has a current and a previous token, and a history.
        server.pass(Duration.ofMinutes(111));
        assertThat(server.counter("wxtoken.token.refreshes", "trigger", "scheduled", "outcome", "refreshed"))
                .isEqualTo(MANY);
        long each = (heap() - before) / MANY;
        String scrape = server.meters.scrape();
        long series = scrape.lines().filter(line -> !line.startsWith("#")).count();
        System.out.printf(
                "%d accounts: %d B of heap each; a scrape has %d series about tokens in %d B%n",
                MANY, each, series, scrape.length());
        assertThat(each).isBetween(500L, (long) HEAP_PER_ACCOUNT);
        assertThat(series).isBetween(10L, 100L);
        assertThat(scrape.length()).isLessThan(20_000);
        assertThat(server.sum("wxtoken.tokens", "state", "up")).isEqualTo(MANY);
    }

    @Test
    void theLimitIsNotNegative() {
        assertThat(TokenTags.of(
                                new Accounts(accounts(1)),
                                new MetricsProperties(0).validate().maxAccountTags())
                        .byAccount())
                .isFalse();
        assertThatThrownBy(() -> new MetricsProperties(-1).validate())
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("max-account-tags");
    }

    private static void assertTagsOfEachMeterAreTheSame(Server server) {
        Map<String, Set<String>> tags = new HashMap<>();
        for (Meter meter : server.meters.getMeters()) {
            Set<String> keys = new HashSet<>();
            meter.getId().getTags().forEach(tag -> keys.add(tag.getKey()));
            assertThat(tags.computeIfAbsent(meter.getId().getName(), name -> keys))
                    .as(meter.getId().getName())
                    .isEqualTo(keys);
        }
        assertThat(tags).hasSizeGreaterThan(8);
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static List<Account> accounts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Account("account" + i, "wx" + i, Api.CLASSIC, Set.of(), 2000))
                .toList();
    }

    /** A keeper with everything that keeps data of each account, started, after its first fetches. */
    private static final class Server {

        private final ManualScheduler time = new ManualScheduler(Instant.parse("2026-11-22T04:00:00Z"));
        private final MockClock clock = new MockClock();
        private final PrometheusMeterRegistry meters =
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
        private final FailingSource source = new FailingSource();
        private final EventLog log = new EventLog(time);

        Server(int count) {
            Accounts accounts = new Accounts(accounts(count));
            TokenTags tags = TokenTags.of(accounts, MOST);
            StaticListableBeanFactory beans = new StaticListableBeanFactory();
            History history = new History(beans.getBeanProvider(TokenKeeper.class), accounts);
            EventMeters events = new EventMeters(accounts, tags, meters);
            TokenKeeper keeper = Keepers.of(accounts.all(), time, source, history, events, log);
            beans.addBean("keeper", keeper);
            new TokenGauges(keeper, tags).bindTo(meters);
            keeper.start();
            pass(Duration.ofSeconds(5));
        }

        /** Advances the clocks at once, then by some seconds. */
        void pass(Duration duration) {
            time.jump(duration);
            time.pass(Duration.ofSeconds(5));
            clock.add(duration);
            log.tick(key -> Optional.empty());
        }

        Set<String> named() {
            Set<String> accounts = new HashSet<>();
            for (Meter meter : meters.getMeters()) {
                String account = meter.getId().getTag("account");
                if (account != null) {
                    accounts.add(account);
                }
            }
            return accounts;
        }

        double sum(String gauge, String... tags) {
            return meters.get(gauge).tags(tags).gauge().value();
        }

        double counter(String name, String... tags) {
            return meters.get(name).tags(tags).counter().count();
        }
    }

    /** A source that answers at once, with a failure for some accounts. */
    private static final class FailingSource implements TokenSource {

        private final Set<String> failing = new HashSet<>();
        private int fetched;

        @Override
        public CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
            if (failing.contains(request.key().appid())) {
                return CompletableFuture.failedFuture(new TokenSourceException(
                        Advice.RETRY_SOON, CallOutcome.REFUSED, -1, "system busy", null, null));
            }
            // As long as WeChat's.
            return CompletableFuture.completedFuture(new Fetched(String.format("%0136d", fetched++), 7200L));
        }

        @Override
        public CompletionStage<Verdict> probe(TokenKey key, String value) {
            return CompletableFuture.completedFuture(Verdict.ALIVE);
        }
    }
}
