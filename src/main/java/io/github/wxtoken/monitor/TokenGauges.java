package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The gauges of the tokens' state: of all tokens together and, up to a number of accounts, of each token. Each scrape
 * reads the current values, without locks or store access.
 */
@Component
final class TokenGauges implements MeterBinder {

    private static final String SECONDS = "seconds";

    private final TokenKeeper keeper;
    private final TokenTags tags;

    TokenGauges(TokenKeeper keeper, TokenTags tags) {
        this.keeper = keeper;
        this.tags = tags;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        TokenTotals totals = new TokenTotals(keeper, meters.config().clock());
        Set<TokenKind> kinds = keeper.keys().stream().map(TokenKey::kind).collect(Collectors.toSet());
        kinds.forEach(kind -> bindTotals(meters, totals, kind));
        if (tags.byAccount()) {
            keeper.keys().forEach(key -> bindTo(meters, key));
        }
        Gauge.builder("wxtoken.token.waiters", keeper, TokenKeeper::waiting)
                .description("Callers that wait for a token or a ticket")
                .register(meters);
        total(
                meters,
                totals,
                Tags.empty(),
                "wxtoken.store.available",
                null,
                "Whether all records can be shared with other replicas: 1 or 0",
                all -> all.storeAvailable() ? 1 : 0);
    }

    private static void bindTotals(MeterRegistry meters, TokenTotals totals, TokenKind kind) {
        Tags tokenTags = TokenTags.of(kind);
        for (State state : State.values()) {
            total(
                    meters,
                    totals,
                    tokenTags.and("state", lowerCase(state)),
                    "wxtoken.tokens",
                    null,
                    "Number of tokens by state",
                    all -> all.of(kind).count(state));
        }
        total(
                meters,
                totals,
                tokenTags,
                "wxtoken.tokens.min.remaining",
                SECONDS,
                "Shortest time until a token expires",
                all -> all.of(kind).minRemaining());
        total(
                meters,
                totals,
                tokenTags,
                "wxtoken.tokens.max.failures",
                null,
                "Most consecutive failed attempts to fetch a token",
                all -> all.of(kind).maxFailures());
        total(
                meters,
                totals,
                tokenTags,
                "wxtoken.tokens.max.failing",
                SECONDS,
                "Longest time for which attempts to fetch a token have failed",
                all -> all.of(kind).maxFailing());
        total(
                meters,
                totals,
                tokenTags,
                "wxtoken.tokens.max.version",
                null,
                "The highest version of the current tokens",
                all -> all.of(kind).maxVersion());
        total(
                meters,
                totals,
                tokenTags,
                "wxtoken.budget.max.spent",
                "ratio",
                "Largest share of a daily budget that is spent",
                all -> all.of(kind).maxSpent());
    }

    private static void total(
            MeterRegistry meters,
            TokenTotals totals,
            Tags tags,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<TokenTotals.Snapshot> value) {
        Gauge.builder(name, totals, all -> value.applyAsDouble(all.current()))
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                // Nothing but the gauges refers to the totals.
                .strongReference(true)
                .register(meters);
    }

    private void bindTo(MeterRegistry meters, TokenKey key) {
        Tags tokenTags = tags.of(keeper.status(key).account(), key);
        register(
                meters,
                key,
                tokenTags,
                "wxtoken.token.usable",
                null,
                "Whether the token can be served: 1 or 0",
                token -> token.served() == null ? 0 : 1);
        register(
                meters,
                key,
                tokenTags,
                "wxtoken.token.version",
                null,
                "The version of the current token",
                token -> token.record().version());
        register(meters, key, tokenTags, "wxtoken.token.age", SECONDS, "Age of the token", token -> {
            Token current = token.record().current();
            return current == null
                    ? Double.NaN
                    : Duration.between(current.issuedAt(), token.now()).toSeconds();
        });
        register(
                meters,
                key,
                tokenTags,
                "wxtoken.token.remaining",
                SECONDS,
                "Time until the token expires",
                TokenTotals::remaining);
        register(
                meters,
                key,
                tokenTags,
                "wxtoken.token.refresh.in",
                SECONDS,
                "Time until the next fetch",
                token -> TokenTotals.seconds(token.now(), token.nextRefresh()));
        register(
                meters,
                key,
                tokenTags,
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
                tokenTags,
                "wxtoken.budget.limit",
                null,
                "Fetch attempts allowed per day",
                token -> token.dailyBudget());
        register(
                meters,
                key,
                tokenTags,
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
}
