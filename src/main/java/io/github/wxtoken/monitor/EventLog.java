package io.github.wxtoken.monitor;

import static io.github.wxtoken.monitor.Words.word;

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
 * The log of what happens to the tokens: a line for whatever an operator would want to know, and at DEBUG for what only
 * repeats; of many accounts alike, a few lines and a sum. Thread-safe.
 */
@Component
final class EventLog implements TokenListener, AutoCloseable {

    /** How often a failure that lasts is told again. */
    private static final Duration REMINDER = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private final InstantSource clock;
    private final LogThrottle throttle;

    /** What was last told of each token whose refreshes fail. */
    private final Map<TokenKey, Told> failing = new ConcurrentHashMap<>();

    EventLog(InstantSource clock) {
        this.clock = clock;
        this.throttle = new LogThrottle(log, clock);
    }

    /**
     * Tells again what has gone on failing for minutes, and sums up what was not told line by line.
     *
     * @param failures why refreshes of a token fail, as all replicas know it; empty where they no longer do
     */
    void tick(Function<TokenKey, Optional<Failure>> failures) {
        Instant now = clock.instant();
        failing.forEach((key, told) -> {
            if (!now.isBefore(told.again)) {
                failures.apply(key)
                        .ifPresentOrElse(failure -> stillFails(key, told, failure), () -> isWellAgain(key, told));
            }
        });
        throttle.tick();
    }

    /** Sums up what was not told yet. */
    @Override
    public void close() {
        throttle.close();
    }

    @Override
    public void refreshed(Refreshed event) {
        Told before = failing.remove(event.key());
        throttle.say(line(before == null ? Subject.REFRESHED : Subject.RECOVERED, Level.INFO, event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("trigger", word(event.trigger()))
                .say("new " + (event.key().kind().isTicket() ? "ticket" : "token") + ", version " + event.version()
                        + ", fingerprint " + event.fingerprint() + " (" + word(event.trigger()) + "), next refresh at "
                        + seconds(event.refreshAt()) + recovered(before)));
    }

    @Override
    public void reissued(Reissued event) {
        Told before = failing.remove(event.key());
        Subject kind = event.refused() ? Subject.REISSUED : Subject.RECOVERED;
        Level level = event.refused() ? Level.WARN : before == null ? Level.DEBUG : Level.INFO;
        String words = "WeChat hands out the token " + event.fingerprint() + " again";
        throttle.say(line(kind, level, event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("trigger", word(event.trigger()))
                .say(
                        event.refused()
                                ? words + ", though it refuses it. It is replaced by a forced refresh."
                                : words + " (" + word(event.trigger()) + ")" + recovered(before)));
    }

    @Override
    public void refreshFailed(RefreshFailed event) {
        Failure failure = event.failure();
        Told before = failing.get(event.key());
        Told alike = before != null && alike(before.failure, failure) ? before : null;
        Instant again = alike == null ? clock.instant().plus(REMINDER) : alike.again;
        failing.put(event.key(), new Told(event.account(), failure, again));
        throttle.say(line(Subject.FAILED, alike == null ? Level.WARN : Level.DEBUG, event)
                .with("trigger", word(event.trigger()))
                .with(failure)
                .say("refreshing the token (" + word(event.trigger()) + ") failed, attempt " + failure.attempts() + ": "
                        + failure.said() + next(failure)));
    }

    private void stillFails(TokenKey key, Told told, Failure failure) {
        Told now = new Told(told.account, failure, clock.instant().plus(REMINDER));
        // Unless it has just recovered.
        if (failing.replace(key, told, now)) {
            throttle.say(new LogLine(Subject.STILL_FAILING, Level.WARN, told.account, key)
                    .with(failure)
                    .say("refreshing the token still fails: " + failure.attempts() + " attempt(s) since "
                            + seconds(failure.since()) + ", the last one: " + failure.said() + next(failure)));
        }
    }

    /** Another replica has fetched it, which is no event here. */
    private void isWellAgain(TokenKey key, Told told) {
        if (failing.remove(key, told)) {
            throttle.say(new LogLine(Subject.RECOVERED, Level.INFO, told.account, key)
                    .say("refreshing the token no longer fails" + recovered(told)));
        }
    }

    private static String recovered(@Nullable Told before) {
        return before == null
                ? ""
                : "; recovered: " + before.failure.attempts() + " attempt(s) had failed since "
                        + seconds(before.failure.since());
    }

    private static String next(Failure failure) {
        String hint = failure.hint(Locale.ENGLISH);
        return ". Next attempt at " + seconds(failure.retryAt()) + "." + (hint == null ? "" : " " + hint);
    }

    /** WeChat's texts end in a number of the request, so its code and our hint count; without a code, the text does. */
    private static boolean alike(Failure before, Failure now) {
        return before.errcode() == now.errcode()
                && Objects.equals(before.hint(Locale.ENGLISH), now.hint(Locale.ENGLISH))
                && (now.errcode() != 0 || before.text().equals(now.text()));
    }

    @Override
    public void unserved(Unserved event) {
        throttle.say(line(Subject.UNSERVED, Level.ERROR, event)
                .with("since", event.since().toString())
                .say("NO USABLE TOKEN since " + seconds(event.since()) + ". " + event.reason()));
    }

    @Override
    public void foundDead(FoundDead event) {
        LogLine line = line(
                        event.contested() ? Subject.CONTESTED : Subject.DEAD,
                        event.contested() ? Level.WARN : Level.INFO,
                        event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("trigger", word(event.trigger()));
        if (event.contested()) {
            String what =
                    event.account().api() == Api.CLASSIC ? "SOMEBODY ELSE USES THE APPSECRET" : "FORCED FROM OUTSIDE";
            line.say(what + ": the token " + event.fingerprint() + " was ended, and not by this server ("
                    + word(event.trigger()) + "). It is replaced. "
                    + Hints.contested(event.account(), Locale.ENGLISH));
        } else {
            line.say("WeChat no longer accepts the token " + event.fingerprint() + " (" + word(event.trigger())
                    + "); it is replaced");
        }
        throttle.say(line);
    }

    @Override
    public void reported(Reported event) {
        String outcome = word(event.outcome());
        Level level = event.outcome() == Outcome.REFRESHED ? Level.INFO : Level.DEBUG;
        throttle.say(line(Subject.REPORTED, level, event)
                .with("outcome", outcome)
                .say("a caller reported a token: " + outcome));
    }

    @Override
    public void adopted(Adopted event) {
        Told before = failing.remove(event.key());
        throttle.say(line(before == null ? Subject.ADOPTED : Subject.RECOVERED, Level.INFO, event)
                .with("version", event.version())
                .with("fingerprint", event.fingerprint())
                .with("by", event.by())
                .say("took over version " + event.version() + ", fingerprint " + event.fingerprint()
                        + ", which was fetched by " + event.by() + recovered(before)));
    }

    @Override
    public void ordered(Ordered event) {
        String action = word(event.action());
        throttle.say(line(Subject.ORDERED, Level.INFO, event)
                .with("action", action)
                .with("by", event.by())
                .say(event.by() + " has ordered to " + action + " the token"));
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    private static LogLine line(Subject kind, Level level, TokenEvent event) {
        return new LogLine(kind, level, event.account(), event.key());
    }

    /** What was last said of a token, and when it is to be said again. */
    private record Told(Account account, Failure failure, Instant again) {}
}
