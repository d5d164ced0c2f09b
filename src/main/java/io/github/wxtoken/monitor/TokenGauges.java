package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The gauges of the tokens' state. Each scrape reads the current values, without locks or store access. */
@Component
final class TokenGauges implements MeterBinder {

    private static final String SECONDS = "seconds";

    private final TokenKeeper keeper;

    TokenGauges(TokenKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        keeper.keys().forEach(key -> bindTo(meters, key));
        Gauge.builder("wxtoken.token.waiters", keeper, TokenKeeper::waiting)
                .description("Callers that wait for a token or a ticket")
                .register(meters);
        Gauge.builder("wxtoken.store.available", keeper, TokenGauges::storeAvailable)
                .description("Whether all records can be shared with other replicas: 1 or 0")
                .register(meters);
    }

    private void bindTo(MeterRegistry meters, TokenKey key) {
        Tags tags = tags(keeper.status(key).account(), key);
        register(
                meters,
                key,
                tags,
                "wxtoken.token.usable",
                null,
                "Whether the token can be served: 1 or 0",
                token -> token.served() == null ? 0 : 1);
        register(
                meters,
                key,
                tags,
                "wxtoken.token.version",
                null,
                "The version of the current token",
                token -> token.record().version());
        register(meters, key, tags, "wxtoken.token.age", SECONDS, "Age of the token", token -> {
            Token current = token.record().current();
            return current == null ? Double.NaN : seconds(current.issuedAt(), token.now());
        });
        register(meters, key, tags, "wxtoken.token.remaining", SECONDS, "Time until the token expires", token -> {
            Token current = token.record().current();
            return current == null ? 0 : Math.max(0, seconds(token.now(), current.expiresAt()));
        });
        register(
                meters,
                key,
                tags,
                "wxtoken.token.refresh.in",
                SECONDS,
                "Time until the next fetch",
                token -> Math.max(0, seconds(token.now(), token.nextRefresh())));
        register(
                meters,
                key,
                tags,
                "wxtoken.token.failures",
                null,
                "Consecutive failed attempts to fetch the token",
                token -> {
                    Failure failure = token.record().failure();
                    return failure == null ? 0 : failure.attempts();
                });
        register(
                meters,
                key,
                tags,
                "wxtoken.budget.limit",
                null,
                "Fetch attempts allowed per day",
                token -> token.dailyBudget());
        register(
                meters,
                key,
                tags,
                "wxtoken.budget.spent",
                null,
                "Fetch attempts since midnight, Beijing time",
                token -> token.record().budget().spentOn(token.now()));
    }

    private void register(
            MeterRegistry meters,
            TokenKey key,
            Tags tags,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<TokenStatus> value) {
        Gauge.builder(name, keeper, kept -> value.applyAsDouble(kept.status(key)))
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .register(meters);
    }

    /** Returns the tags of a token: its account and its kind. The configuration bounds the number of their values. */
    static Tags tags(Account account, TokenKey key) {
        return Tags.of("account", account.name(), "kind", lowerCase(key.kind()));
    }

    private static double storeAvailable(TokenKeeper keeper) {
        return keeper.storeTroubles().isEmpty() ? 1 : 0;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toSeconds();
    }
}
