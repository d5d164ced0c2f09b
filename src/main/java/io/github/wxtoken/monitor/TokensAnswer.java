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
 * @param notShown the number of tokens that are counted but omitted
 * @param tokens the details of the tokens
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TokensAnswer(
        Instant now,
        String replica,
        @Nullable String version,
        int down,
        int degraded,
        int up,
        int notShown,
        List<TokenDetails> tokens) {

    /** Returns the counts of all given tokens, and the details of the first {@code most} with their history. */
    static TokensAnswer of(
            Instant now,
            String replica,
            @Nullable String version,
            List<TokenStatus> tokens,
            int most,
            Function<TokenStatus, @Nullable List<HistoryEntry>> history,
            Locale locale) {
        List<State> states = tokens.stream().map(State::of).toList();
        return new TokensAnswer(
                tokens.isEmpty() ? now : tokens.get(0).now(),
                replica,
                version,
                Collections.frequency(states, State.DOWN),
                Collections.frequency(states, State.DEGRADED),
                Collections.frequency(states, State.UP),
                Math.max(0, tokens.size() - most),
                tokens.stream()
                        .limit(most)
                        .map(token -> TokenDetails.of(token, history.apply(token), locale))
                        .toList());
    }
}
