package io.github.wxtoken.monitor;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.wxtoken.keeper.TokenStatus;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The state of all tokens or of one account's tokens, for operators.
 *
 * @param now the current time, by the clock of all other times in this response
 * @param replica the name of this replica
 * @param version the version of this server
 * @param down the number of tokens that are {@link State#DOWN}
 * @param degraded the number of tokens that are {@link State#DEGRADED}
 * @param up the number of tokens that are {@link State#UP}
 * @param attention the number of {@link State#UP} tokens that need attention nevertheless
 * @param notShown the number of tokens that are counted, but whose details are omitted
 * @param causes why accounts need attention
 * @param tokens the details of the tokens
 * @param others the tokens without details, one line each
 * @param relay the relayed calls of this replica; absent for a single account, or if no caller may use the relay
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TokensAnswer(
        Instant now,
        String replica,
        @Nullable String version,
        int down,
        int degraded,
        int up,
        int attention,
        int notShown,
        List<Cause> causes,
        List<TokenDetails> tokens,
        List<TokenLine> others,
        RelayActivity.@Nullable Relayed relay) {

    /** The maximum number of tokens without details: the response stays below some hundred kilobytes. */
    private static final int MOST_OTHERS = 1000;

    /** Returns the counts of all given tokens, and the details of the first {@code most} with their history. */
    static TokensAnswer of(
            Instant now,
            String replica,
            @Nullable String version,
            List<TokenStatus> tokens,
            int most,
            Function<TokenStatus, @Nullable List<HistoryEntry>> history,
            RelayActivity.@Nullable Relayed relay,
            Locale locale) {
        List<State> states = tokens.stream().map(State::of).toList();
        return new TokensAnswer(
                tokens.isEmpty() ? now : tokens.get(0).now(),
                replica,
                version,
                Collections.frequency(states, State.DOWN),
                Collections.frequency(states, State.DEGRADED),
                Collections.frequency(states, State.UP),
                (int) tokens.stream()
                        .filter(token -> State.of(token) == State.UP && Cause.key(token) != null)
                        .count(),
                Math.max(0, tokens.size() - most),
                Cause.of(tokens, locale),
                tokens.stream()
                        .limit(most)
                        .map(token -> TokenDetails.of(token, history.apply(token), locale))
                        .toList(),
                tokens.stream().skip(most).limit(MOST_OTHERS).map(TokenLine::of).toList(),
                relay);
    }
}
