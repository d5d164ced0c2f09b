package io.github.wxtoken.monitor;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.wxtoken.keeper.StoreTrouble;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A reason why accounts need attention, with the number of accounts that share it. One remedy cures them all.
 *
 * @param cause the key of the cause, which its tokens carry too: WeChat's errcode, or a name
 * @param accounts the number of accounts with this cause
 * @param errcode WeChat's {@code errcode}, or null if it sent none
 * @param errmsg WeChat's {@code errmsg} for the first account, or a description of the transport failure
 * @param hints the different remedies: accounts may be reached through different IP addresses. They name the properties
 *     of the account if there is only one
 * @param orderHelps whether an order to refresh is useful once the cause is removed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Cause(
        String cause,
        int accounts,
        @Nullable Integer errcode,
        @Nullable String errmsg,
        List<String> hints,
        boolean orderHelps) {

    private static final int MOST_HINTS = 3;

    private static final Comparator<Map.Entry<String, List<TokenStatus>>> WORST_FIRST = Comparator.comparing(
                    (Map.Entry<String, List<TokenStatus>> cause) ->
                            State.of(cause.getValue().get(0)))
            .thenComparing(cause -> -cause.getValue().size())
            .thenComparing(Map.Entry::getKey);

    /** WeChat's errcodes for a wrong AppID or AppSecret. A new one takes effect at a restart, which fetches anyway. */
    private static final Set<Integer> NEED_A_RESTART = Set.of(40001, 40013, 40125);

    /** Returns the causes of all tokens that need attention, the worst and most frequent first. */
    static List<Cause> of(List<TokenStatus> tokens, Locale locale) {
        Map<String, TokenStatus> worst = new LinkedHashMap<>();
        tokens.stream()
                .filter(token -> key(token) != null)
                .forEach(token -> worst.putIfAbsent(token.account().name(), token));
        return worst.values().stream()
                .collect(Collectors.groupingBy(
                        token -> Objects.requireNonNull(key(token)), LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .sorted(WORST_FIRST)
                .map(entry -> of(entry.getKey(), entry.getValue(), locale))
                .toList();
    }

    private static Cause of(String key, List<TokenStatus> tokens, Locale locale) {
        StoreTrouble store = tokens.get(0).storeTrouble();
        Failure failure = store == null ? tokens.get(0).record().failure() : null;
        return new Cause(
                key,
                tokens.size(),
                failure == null || failure.errcode() == 0 ? null : failure.errcode(),
                failure == null ? null : failure.text(),
                hints(tokens, locale),
                failure != null && orderHelps(failure));
    }

    /** Returns what to fix for a token, or null if it needs no attention. */
    static @Nullable String key(TokenStatus token) {
        if (token.storeTrouble() != null) {
            return "store";
        }
        Failure failure = token.record().failure();
        if (failure != null) {
            return failure.errcode() != 0
                    ? Integer.toString(failure.errcode())
                    : Objects.requireNonNullElse(failure.hint(), "failed");
        }
        if (State.of(token) != State.UP) {
            boolean spent = token.record().budget().spentOn(token.now()) >= token.dailyBudget();
            return spent ? "budget" : token.record().is(Level.DEAD) ? "dead" : "unknown";
        }
        return AccountHealth.isContested(token) ? "contested" : null;
    }

    private static List<String> hints(Collection<TokenStatus> tokens, Locale locale) {
        return tokens.stream()
                .flatMap(token -> Stream.ofNullable(hint(token, tokens.size() == 1, locale)))
                .distinct()
                .limit(MOST_HINTS)
                .toList();
    }

    private static @Nullable String hint(TokenStatus token, boolean alone, Locale locale) {
        StoreTrouble store = token.storeTrouble();
        if (store != null) {
            return store.text(locale);
        }
        Failure failure = token.record().failure();
        if (failure != null) {
            return alone
                    ? failure.hint(
                            NamedProperties.ACCOUNTS.prefix(token.account().name()), locale)
                    : failure.hint(locale);
        }
        return AccountHealth.isContested(token) ? Hints.contested(token.account(), locale) : null;
    }

    private static boolean orderHelps(Failure failure) {
        boolean fixable = failure.errcode() == 0 || failure.advice() == Advice.OPERATOR;
        return fixable && !NEED_A_RESTART.contains(failure.errcode());
    }
}
