package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.token.Token;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.health.contributor.Status;

/** How well an account is served, from the worst to the best. */
enum State {
    /** It has no usable token. */
    DOWN(Status.DOWN),
    /**
     * It has one, but refreshing it fails, or has to wait for the next day's budget longer than it lives; or the store
     * that replicas share is away.
     */
    DEGRADED(new Status("DEGRADED", "tokens are served, but refreshing one fails, or the store is away")),
    /** All is well. */
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

    /** How all tokens stand, the worst first. */
    static List<TokenStatus> worstFirst(TokenKeeper keeper) {
        return keeper.keys().stream()
                .map(keeper::status)
                .sorted(Comparator.comparing(State::of))
                .toList();
    }

    Status status() {
        return status;
    }
}
