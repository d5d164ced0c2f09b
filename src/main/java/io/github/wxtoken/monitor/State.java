package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.token.Token;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.health.contributor.Status;

/** The state of a token, from the worst to the best. */
enum State {
    /** No usable token. */
    DOWN(Status.DOWN),
    /**
     * The token is usable, but a refresh fails, or the token expires before its next refresh, or the shared store is
     * unavailable.
     */
    DEGRADED(new Status("DEGRADED", "tokens are served, but a refresh fails or the store is unavailable")),
    /** No known problem. */
    UP(Status.UP);

    @SuppressWarnings("ImmutableEnumChecker") // Status has no setters.
    private final Status status;

    State(Status status) {
        this.status = status;
    }

    static State of(TokenStatus token) {
        if (token.served() == null) {
            return DOWN;
        }
        Token current = token.record().current();
        boolean endsBeforeItsRefresh = current != null && token.nextRefresh().isAfter(current.expiresAt());
        boolean well = token.record().failure() == null && token.storeTrouble() == null && !endsBeforeItsRefresh;
        return well ? UP : DEGRADED;
    }

    /** Returns the status of all tokens: the worst first, then those with a token that was not ended by this server. */
    static List<TokenStatus> worstFirst(TokenKeeper keeper) {
        return keeper.keys().stream()
                .map(keeper::status)
                .sorted(Comparator.comparing(State::of).thenComparing(token -> !AccountHealth.isContested(token)))
                .toList();
    }

    Status status() {
        return status;
    }
}
