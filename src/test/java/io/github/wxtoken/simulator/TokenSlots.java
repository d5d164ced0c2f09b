package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An account's current and previous token at WeChat and all tokens ever issued. Not thread-safe: the account guards
 * it.
 *
 * <p>Classic and stable tokens have separate slots, so they do not affect each other.
 */
final class TokenSlots {

    /** How long the previous token remains accepted. */
    static final Duration OVERLAP = Duration.ofMinutes(5);

    private final Map<String, TokenLife> lives = new HashMap<>();
    private @Nullable String current;
    private @Nullable String previous;
    private int issued;

    /**
     * Adds a new token. The current one becomes the previous one and lives on for the overlap; the previous one dies
     * at once.
     */
    void issue(TokenLife token) {
        end(previous, token.issuedAt());
        end(current, token.issuedAt().plus(OVERLAP));
        previous = current;
        current = token.token();
        lives.put(token.token(), token);
        issued++;
    }

    /** Invalidates both tokens now and clears the slots. */
    void empty(Instant now) {
        end(previous, now);
        end(current, now);
        previous = null;
        current = null;
    }

    /** Invalidates both tokens now but keeps them in their slots. */
    void endAll(Instant now) {
        end(previous, now);
        end(current, now);
    }

    private void end(@Nullable String token, Instant end) {
        if (token != null) {
            lives.computeIfPresent(token, (key, life) -> life.endingBy(end));
        }
    }

    @Nullable
    TokenLife current() {
        return current == null ? null : lives.get(current);
    }

    @Nullable
    TokenLife life(String token) {
        return lives.get(token);
    }

    int issued() {
        return issued;
    }
}
