package io.github.wxtoken.monitor;

import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.Report.Outcome;
import io.github.wxtoken.token.TokenEvent;
import io.github.wxtoken.token.TokenEvent.FoundDead;
import io.github.wxtoken.token.TokenEvent.RefreshFailed;
import io.github.wxtoken.token.TokenEvent.Refreshed;
import io.github.wxtoken.token.TokenEvent.Reissued;
import io.github.wxtoken.token.TokenEvent.Reported;
import io.github.wxtoken.token.TokenEvent.Unserved;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenListener;
import io.github.wxtoken.token.Trigger;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;

/**
 * The log of what happens to the tokens: a line for whatever an operator would want to know, and at DEBUG for what only
 * repeats. Thread-safe.
 */
@Component
final class EventLog implements TokenListener {

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    /** The last failure of each token whose refreshes fail, for the line that says when they no longer do. */
    private final Map<TokenKey, Failure> failing = new ConcurrentHashMap<>();

    @Override
    public void on(TokenEvent event) {
        // No pattern switch before Java 21.
        if (event instanceof Refreshed refreshed) {
            refreshed(refreshed);
        } else if (event instanceof Reissued reissued) {
            reissued(reissued);
        } else if (event instanceof RefreshFailed failed) {
            failed(failed);
        } else if (event instanceof FoundDead dead) {
            dead(dead);
        } else if (event instanceof Unserved unserved) {
            unserved(unserved);
        } else if (event instanceof Reported reported) {
            reported(reported);
        }
    }

    private void refreshed(Refreshed event) {
        Failure before = failing.remove(event.key());
        log.info(
                "{}: new {}, version {}, fingerprint {} ({}), next refresh at {}{}",
                name(event),
                event.key().kind().isTicket() ? "ticket" : "token",
                event.version(),
                event.fingerprint(),
                word(event.trigger()),
                event.refreshAt(),
                recovered(before));
    }

    private static String recovered(@Nullable Failure before) {
        return before == null
                ? ""
                : "; recovered: " + before.attempts() + " attempt(s) had failed since " + before.since();
    }

    private void reissued(Reissued event) {
        Failure before = failing.remove(event.key());
        if (event.refused()) {
            log.warn(
                    "{}: WeChat hands out the token {} again, though it refuses it. It is replaced by a forced refresh.",
                    name(event),
                    event.fingerprint());
        } else {
            log.atLevel(before == null ? Level.DEBUG : Level.INFO)
                    .log(
                            "{}: WeChat hands out the token {} again ({}){}",
                            name(event),
                            event.fingerprint(),
                            word(event.trigger()),
                            recovered(before));
        }
    }

    private void failed(RefreshFailed event) {
        Failure failure = event.failure();
        failing.put(event.key(), failure);
        boolean repeats =
                event.before().filter(before -> alike(before, failure)).isPresent();
        log.atLevel(repeats ? Level.DEBUG : Level.WARN)
                .log(
                        "{}: refreshing the token ({}) failed, attempt {}: {}. Next attempt at {}.{}",
                        name(event),
                        word(event.trigger()),
                        failure.attempts(),
                        failure.said(),
                        failure.retryAt(),
                        failure.hint() == null ? "" : " " + failure.hint(Locale.ENGLISH));
    }

    /** WeChat's texts end in a number of the request, so its code and our hint count; without a code, the text does. */
    private static boolean alike(Failure before, Failure now) {
        return before.errcode() == now.errcode()
                && Objects.equals(before.hint(Locale.ENGLISH), now.hint(Locale.ENGLISH))
                && (now.errcode() != 0 || before.text().equals(now.text()));
    }

    private static void unserved(Unserved event) {
        log.error("{}: NO USABLE TOKEN since {}. {}", name(event), event.since(), event.reason());
    }

    private static void dead(FoundDead event) {
        if (event.contested()) {
            log.warn(
                    "{}: {}: the token {} was ended, and not by this server ({}). It is replaced. {}",
                    name(event),
                    event.account().api() == Api.CLASSIC ? "SOMEBODY ELSE USES THE APPSECRET" : "FORCED FROM OUTSIDE",
                    event.fingerprint(),
                    word(event.trigger()),
                    Hints.contested(event.account(), Locale.ENGLISH));
        } else {
            log.info(
                    "{}: WeChat no longer accepts the token {} ({}); it is replaced",
                    name(event),
                    event.fingerprint(),
                    word(event.trigger()));
        }
    }

    private static void reported(Reported event) {
        log.atLevel(event.outcome() == Outcome.REFRESHED ? Level.INFO : Level.DEBUG)
                .log(
                        "{}: a caller reported a token: {}",
                        name(event),
                        event.outcome().name().toLowerCase(Locale.ROOT));
    }

    private static String name(TokenEvent event) {
        String type = event.key().kind().type();
        String account =
                "account '" + event.account().name() + "' (" + event.account().appid() + ")";
        return type == null ? account : account + ", ticket " + type;
    }

    private static String word(Trigger trigger) {
        return trigger.name().toLowerCase(Locale.ROOT);
    }
}
