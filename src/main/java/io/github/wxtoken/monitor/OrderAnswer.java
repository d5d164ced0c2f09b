package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.wxtoken.keeper.Action;
import io.github.wxtoken.keeper.Replacement;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Token;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The response to an operator's order.
 *
 * @param account the configured name of the account
 * @param action the ordered action
 * @param outcome {@code done} or {@code pending}
 * @param fingerprint the fingerprint of the current token
 * @param version the version of the current token
 * @param replaced the fingerprint of the token to replace
 * @param mayLiveUntil until when WeChat may accept that token; absent if WeChat rejects it or it has expired
 * @param detail a description of the result
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrderAnswer(
        String account,
        String action,
        String outcome,
        @Nullable String fingerprint,
        @Nullable Long version,
        @Nullable String replaced,
        @Nullable Instant mayLiveUntil,
        String detail) {

    static OrderAnswer of(Action action, Replacement replacement, TokenStatus token, Locale locale) {
        Token current = token.record().current();
        Instant livesUntil = replacement.livesUntil();
        Instant until = livesUntil == null ? null : livesUntil.truncatedTo(ChronoUnit.SECONDS);
        return new OrderAnswer(
                token.account().name(),
                lowerCase(action),
                replacement.done() ? "done" : "pending",
                current == null ? null : current.fingerprint(),
                current == null ? null : token.record().version(),
                replacement.replaced(),
                until,
                detail(replacement, token, until, locale));
    }

    private static String detail(Replacement replacement, TokenStatus token, @Nullable Instant until, Locale locale) {
        if (!replacement.done()) {
            Failure failure = token.record().failure();
            Instant next = token.nextRefresh().truncatedTo(ChronoUnit.SECONDS);
            String pending = until != null
                    ? text(locale, "pending.lives", next, until)
                    : text(locale, replacement.replaced() == null ? "pending.first" : "pending.dead", next);
            String unserved = token.served() == null ? " " + text(locale, "unserved") : "";
            return pending + unserved + (failure == null ? "" : " " + said(failure, token, locale));
        }
        if (replacement.replaced() == null) {
            return text(locale, "first");
        }
        return until == null ? text(locale, "dead") : text(locale, "lives", until);
    }

    private static String text(Locale locale, String outcome, Object... times) {
        return Message.of(OrderAnswer.class, outcome, times).in(locale);
    }

    private static String said(Failure failure, TokenStatus token, Locale locale) {
        String hint =
                failure.hint(NamedProperties.ACCOUNTS.prefix(token.account().name()), locale);
        return hint == null ? failure.said() : failure.said() + ": " + hint;
    }
}
