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
 * How tokens stand, as shown to operators.
 *
 * @param now by the clock that all of its times are of
 * @param replica the name of this replica
 * @param version of this server
 * @param down how many tokens cannot be served
 * @param degraded how many are served, but not refreshed as they should be
 * @param up how many are well
 * @param notShown how many are counted, but not shown
 * @param tokens those that are shown
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

    /** The first of them, with their history. */
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
