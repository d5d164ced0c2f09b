package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two slots in which WeChat keeps an account's tokens, the current and the previous one, and the memory of all that
 * were ever issued. Not safe for use by several threads: the account guards it.
 *
 * <p>Classic and stable tokens do not disturb each other because each kind has slots of its own.
 */
final class TokenSlots {

    /** How long the previous token is still accepted. */
    static final Duration OVERLAP = Duration.ofMinutes(5);

    private final Map<String, TokenLife> lives = new HashMap<>();
    private @Nullable String current;
    private @Nullable String previous;
    private int issued;

    /** Puts a new token in; the one before lives on for the overlap, and the one before that dies at once. */
    void issue(TokenLife token) {
        end(previous, token.issuedAt());
        end(current, token.issuedAt().plus(OVERLAP));
        previous = current;
        current = token.token();
        lives.put(token.token(), token);
        issued++;
    }

    /** Ends both tokens now. */
    void empty(Instant now) {
        end(previous, now);
        end(current, now);
        previous = null;
        current = null;
    }

    /** Ends both tokens now, and leaves them where they are. */
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
