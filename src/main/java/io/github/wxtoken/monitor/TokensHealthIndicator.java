package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/**
 * The health component {@code tokens}. Its status is that of the worst token. It counts all tokens and shows only the
 * worst in detail, so that the response stays readable with many accounts.
 */
@Component
final class TokensHealthIndicator implements HealthIndicator {

    private static final int MOST_SHOWN = 100;

    private final TokenKeeper keeper;

    TokensHealthIndicator(TokenKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public Health health() {
        List<TokenStatus> worstFirst = State.worstFirst(keeper);
        Map<State, Integer> counts = new EnumMap<>(State.class);
        worstFirst.forEach(token -> counts.merge(State.of(token), 1, Integer::sum));
        Locale locale = language();
        Map<String, AccountHealth> shown = new LinkedHashMap<>();
        worstFirst.stream()
                .limit(MOST_SHOWN)
                .forEach(token -> shown.put(AccountHealth.name(token), AccountHealth.of(token, locale)));

        Health.Builder health = Health.status(
                worstFirst.isEmpty()
                        ? State.UP.status()
                        : State.of(worstFirst.get(0)).status());
        for (State state : State.values()) {
            health.withDetail(lowerCase(state), counts.getOrDefault(state, 0));
        }
        if (worstFirst.size() > shown.size()) {
            health.withDetail("notShown", worstFirst.size() - shown.size());
        }
        return health.withDetail("accounts", shown).build();
    }

    /** Returns the language of the request. Without a request, it is English, not the system's language. */
    private static Locale language() {
        LocaleContext context = LocaleContextHolder.getLocaleContext();
        Locale asked = context == null ? null : context.getLocale();
        return asked == null ? Locale.ENGLISH : asked;
    }
}
