package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.keeper.TokenEvent;
import io.github.wxtoken.keeper.TokenEvent.Adopted;
import io.github.wxtoken.keeper.TokenEvent.FoundDead;
import io.github.wxtoken.keeper.TokenEvent.Ordered;
import io.github.wxtoken.keeper.TokenEvent.RefreshFailed;
import io.github.wxtoken.keeper.TokenEvent.Refreshed;
import io.github.wxtoken.keeper.TokenEvent.Reissued;
import io.github.wxtoken.keeper.TokenEvent.Reported;
import io.github.wxtoken.keeper.TokenEvent.Unserved;
import io.github.wxtoken.keeper.TokenListener;
import io.github.wxtoken.monitor.LogLine.Subject;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;

/**
 * Logs the events of all tokens. Repetitions are logged at DEBUG. If many accounts have the same event, a few lines and
 * a summary are logged. Thread-safe.
 */
@Component
final class EventLog implements TokenListener, AutoCloseable {

    /** The interval at which a lasting failure is logged again. */
    private static final Duration REMINDER = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private final InstantSource clock;
    private final LogThrottle throttle;

    /** The last logged failure of each token whose refreshes fail. */
    private final Map<TokenKey, LoggedFailure> failing = new ConcurrentHashMap<>();

    EventLog(InstantSource clock) {
        this.clock = clock;
        this.throttle = new LogThrottle(log, clock);
    }

    /**
     * Logs reminders of lasting failures and summaries of suppressed lines.
     *
     * @param failures returns a token's failure from its shared record; empty if its refreshes no longer fail
     */
    void tick(Function<TokenKey, Optional<Failure>> failures) {
        Instant now = clock.instant();
        failing.forEach((key, logged) -> {
            if (!now.isBefore(logged.again)) {
                failures.apply(key)
                        .ifPresentOrElse(failure -> stillFails(key, logged, failure), () -> isWellAgain(key, logged));
            }
        });
        throttle.tick();
    }

    /** Logs summaries of all suppressed lines. */
    @Override
    public void close() {
        throttle.close();
    }

    @Override
    public void refreshed(Refreshed event) {
        LoggedFailure before = failing.remove(event.key());
        throttle.write(line(before == null ? Subject.REFRESHED : Subject.RECOVERED, Level.INFO, event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("trigger", lowerCase(event.trigger()))
                .text("new " + (event.key().kind().isTicket() ? "ticket" : "token") + ", version " + event.version()
                        + ", fingerprint " + event.fingerprint() + " (" + lowerCase(event.trigger())
                        + "), next refresh at "
                        + seconds(event.refreshAt()) + recovered(before)));
    }

    @Override
    public void reissued(Reissued event) {
        LoggedFailure before = failing.remove(event.key());
        Subject kind = event.refused() ? Subject.REISSUED : Subject.RECOVERED;
        Level level = event.refused() ? Level.WARN : before == null ? Level.DEBUG : Level.INFO;
        String words = "WeChat returned the token " + event.fingerprint() + " again";
        throttle.write(line(kind, level, event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("trigger", lowerCase(event.trigger()))
                .text(
                        event.refused()
                                ? words
                                        + ", although it rejects it. Only a forced refresh can replace it: WeChat allows 20 a day,"
                                        + " 30 seconds apart."
                                : words + " (" + lowerCase(event.trigger()) + ")" + recovered(before)));
    }

    @Override
    public void refreshFailed(RefreshFailed event) {
        Failure failure = event.failure();
        LoggedFailure before = failing.get(event.key());
        LoggedFailure alike = before != null && alike(before.failure, failure) ? before : null;
        Instant again = alike == null ? clock.instant().plus(REMINDER) : alike.again;
        failing.put(event.key(), new LoggedFailure(event.account(), failure, again));
        throttle.write(line(Subject.FAILED, alike == null ? Level.WARN : Level.DEBUG, event)
                .with("trigger", lowerCase(event.trigger()))
                .with(failure)
                .text("refreshing the token (" + lowerCase(event.trigger()) + ") failed, attempt " + failure.attempts()
                        + ": " + failure.said() + next(event.account(), failure)));
    }

    private void stillFails(TokenKey key, LoggedFailure logged, Failure failure) {
        LoggedFailure now =
                new LoggedFailure(logged.account, failure, clock.instant().plus(REMINDER));
        // False if it has just recovered.
        if (failing.replace(key, logged, now)) {
            throttle.write(new LogLine(Subject.STILL_FAILING, Level.WARN, logged.account, key)
                    .with(failure)
                    .text("refreshing the token still fails: " + failure.attempts() + " attempt(s) since "
                            + seconds(failure.since()) + ", the last one: " + failure.said()
                            + next(logged.account, failure)));
        }
    }

    /** Logs a recovery that causes no event on this replica: another one has fetched the token. */
    private void isWellAgain(TokenKey key, LoggedFailure logged) {
        if (failing.remove(key, logged)) {
            throttle.write(new LogLine(Subject.RECOVERED, Level.INFO, logged.account, key)
                    .text("refreshing the token no longer fails" + recovered(logged)));
        }
    }

    private static String recovered(@Nullable LoggedFailure before) {
        return before == null
                ? ""
                : "; recovered: " + before.failure.attempts() + " attempt(s) had failed since "
                        + seconds(before.failure.since());
    }

    private static String next(Account account, Failure failure) {
        String hint = failure.hint(NamedProperties.ACCOUNTS.prefix(account.name()), Locale.ENGLISH);
        return ". Next attempt at " + seconds(failure.retryAt()) + "." + (hint == null ? "" : " " + hint);
    }

    /** Compares code and hint, as WeChat's texts contain a request number. Without a code, the texts are compared. */
    private static boolean alike(Failure before, Failure now) {
        return before.errcode() == now.errcode()
                && Objects.equals(before.hint(Locale.ENGLISH), now.hint(Locale.ENGLISH))
                && (now.errcode() != 0 || before.text().equals(now.text()));
    }

    @Override
    public void unserved(Unserved event) {
        throttle.write(line(Subject.UNSERVED, Level.ERROR, event)
                .with("since", event.since().toString())
                .text("NO USABLE TOKEN since " + seconds(event.since()) + ". " + event.reason()));
    }

    @Override
    public void foundDead(FoundDead event) {
        LogLine line = line(
                        event.contested() ? Subject.CONTESTED : Subject.DEAD,
                        event.contested() ? Level.WARN : Level.INFO,
                        event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("trigger", lowerCase(event.trigger()));
        if (event.contested()) {
            String repeated =
                    event.account().api() == Api.CLASSIC ? "ANOTHER CLIENT USES THE APPSECRET" : "FORCED FROM OUTSIDE";
            String what = event.again().isPresent() ? repeated : "ENDED FROM OUTSIDE";
            String again =
                    event.again().map(at -> ", as last at " + seconds(at)).orElse(", for the first time within a day");
            line.text(what + ": WeChat no longer accepts the token " + event.fingerprint()
                    + ", which this server has not replaced (" + lowerCase(event.trigger()) + again + "). "
                    + event.outlook() + " "
                    + Hints.contested(event.account(), Locale.ENGLISH));
        } else {
            line.text("WeChat no longer accepts the token " + event.fingerprint() + " (" + lowerCase(event.trigger())
                    + "). " + event.outlook());
        }
        throttle.write(line);
    }

    @Override
    public void reported(Reported event) {
        String outcome = lowerCase(event.outcome());
        Level level = event.outcome() == Outcome.REFRESHED ? Level.INFO : Level.DEBUG;
        throttle.write(line(Subject.REPORTED, level, event)
                .with("outcome", outcome)
                .text("a caller reported a token: " + outcome));
    }

    @Override
    public void adopted(Adopted event) {
        LoggedFailure before = failing.remove(event.key());
        throttle.write(line(before == null ? Subject.ADOPTED : Subject.RECOVERED, Level.INFO, event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("by", event.by())
                .text("took over version " + event.version() + ", fingerprint " + event.fingerprint() + ", fetched by "
                        + event.by() + recovered(before)));
    }

    @Override
    public void ordered(Ordered event) {
        String action = lowerCase(event.action());
        String order =
                switch (event.action()) {
                    case REFRESH -> "refresh";
                    case REVOKE -> "revocation";
                };
        throttle.write(line(Subject.ORDERED, Level.INFO, event)
                .with("action", action)
                .with("by", event.by())
                .text(order + " ordered by " + event.by()));
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    private static LogLine line(Subject kind, Level level, TokenEvent event) {
        return new LogLine(kind, level, event.account(), event.key());
    }

    /** The last logged failure of a token, and when to log it again. */
    private record LoggedFailure(Account account, Failure failure, Instant again) {}
}
