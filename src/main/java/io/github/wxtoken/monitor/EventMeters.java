package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.keeper.TokenEvent;
import io.github.wxtoken.keeper.TokenEvent.Contended;
import io.github.wxtoken.keeper.TokenEvent.FoundDead;
import io.github.wxtoken.keeper.TokenEvent.Probed;
import io.github.wxtoken.keeper.TokenEvent.RefreshFailed;
import io.github.wxtoken.keeper.TokenEvent.Refreshed;
import io.github.wxtoken.keeper.TokenEvent.Reissued;
import io.github.wxtoken.keeper.TokenListener;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.Trigger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.springframework.stereotype.Component;

/**
 * The counters of token events. Counters of problems are registered at the start with zero, so that a rate sees the
 * first increment. The others are registered when they are first incremented. {@link TokenTags} decides whether they
 * have the tag of the account. Thread-safe.
 */
@Component
final class EventMeters implements TokenListener {

    private static final String REFRESHED = "refreshed";
    private static final String REISSUED = "reissued";
    private static final String FAILED = "failed";

    private static final String ERRCODE = "errcode";

    /** The tag value of a failure without an errcode. */
    private static final String NO_ERRCODE = "none";

    /** The tag value of all errcodes that {@link Hints} does not know, so that the number of time series is bounded. */
    private static final String OTHER_ERRCODE = "other";

    private final MeterProvider<Counter> refreshes;
    private final MeterProvider<Counter> errors;
    private final MeterProvider<Counter> contested;
    private final MeterProvider<Counter> findings;
    private final Counter contentions;
    private final TokenTags tags;

    EventMeters(Accounts accounts, TokenTags tags, MeterRegistry meters) {
        this.tags = tags;
        this.refreshes = Counter.builder("wxtoken.token.refreshes")
                .description("Completed attempts to fetch a token or a ticket")
                .withRegistry(meters);
        this.errors = Counter.builder("wxtoken.token.errors")
                .description("Failed attempts to fetch a token or a ticket, by WeChat's errcode")
                .withRegistry(meters);
        this.contested = Counter.builder("wxtoken.token.contested")
                .description("Tokens that WeChat ended although this server had not replaced them")
                .withRegistry(meters);
        this.findings = Counter.builder("wxtoken.watchdog.findings")
                .description("Verdicts of the watchdog's probes")
                .withRegistry(meters);
        this.contentions = Counter.builder("wxtoken.store.contention")
                .description("Changes of a record that were repeated because of a concurrent change")
                .register(meters);
        accounts.all().forEach(this::begin);
    }

    private void begin(Account account) {
        contested.withTags(tags.of(account));
        findings.withTags(finding(account, Verdict.SUPERSEDED));
        for (TokenKey key : account.keys()) {
            Tags tokenTags = tags.of(account, key);
            refreshes.withTags(refresh(tokenTags, Trigger.SCHEDULED, REFRESHED));
            errors.withTags(tokenTags.and(ERRCODE, NO_ERRCODE));
            for (Trigger trigger : Trigger.values()) {
                if (canCome(trigger, account, key)) {
                    refreshes.withTags(refresh(tokenTags, trigger, FAILED));
                }
            }
        }
    }

    private static boolean canCome(Trigger trigger, Account account, TokenKey key) {
        return switch (trigger) {
            case FORCED -> account.api() == Api.STABLE && !key.kind().isTicket();
            case WATCHDOG -> !key.kind().isTicket();
            default -> true;
        };
    }

    @Override
    public void refreshed(Refreshed event) {
        count(event, event.trigger(), REFRESHED);
    }

    @Override
    public void reissued(Reissued event) {
        count(event, event.trigger(), REISSUED);
    }

    @Override
    public void refreshFailed(RefreshFailed event) {
        count(event, event.trigger(), FAILED);
        errors.withTags(tags.of(event.account(), event.key())
                        .and(ERRCODE, errcode(event.failure().errcode())))
                .increment();
    }

    private static String errcode(int code) {
        String text = Integer.toString(code);
        return code == 0 ? NO_ERRCODE : Hints.isKnown(text) ? text : OTHER_ERRCODE;
    }

    @Override
    public void foundDead(FoundDead event) {
        if (event.contested()) {
            contested.withTags(tags.of(event.account())).increment();
        }
    }

    @Override
    public void probed(Probed event) {
        if (event.trigger() == Trigger.WATCHDOG) {
            findings.withTags(finding(event.account(), event.verdict())).increment();
        }
    }

    @Override
    public void contended(Contended event) {
        contentions.increment();
    }

    private void count(TokenEvent event, Trigger trigger, String outcome) {
        refreshes
                .withTags(refresh(tags.of(event.account(), event.key()), trigger, outcome))
                .increment();
    }

    private Tags finding(Account account, Verdict verdict) {
        return tags.of(account).and("finding", lowerCase(verdict));
    }

    private static Tags refresh(Tags tokenTags, Trigger trigger, String outcome) {
        return tokenTags.and("trigger", lowerCase(trigger), "outcome", outcome);
    }
}
