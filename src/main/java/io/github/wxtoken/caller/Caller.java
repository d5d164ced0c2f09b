package io.github.wxtoken.caller;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Somebody who may ask for tokens, or look at how the server is: a business server, a person, a monitoring system.
 * Immutable; each exists once, so it equals itself only.
 */
public final class Caller {

    private final String name;
    private final @Nullable List<String> accounts;
    private final Set<String> usable;
    private final boolean operator;

    /** Creates one that may use the named accounts; null stands for all of them. */
    Caller(String name, @Nullable List<String> accounts, boolean operator) {
        this.name = name;
        this.accounts = accounts == null ? null : List.copyOf(accounts);
        this.usable = accounts == null ? Set.of() : Set.copyOf(accounts);
        this.operator = operator;
    }

    /**
     * The caller of the request that this thread answers.
     *
     * @throws IllegalStateException where there is none: such a request must not have come this far
     */
    public static Caller current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("a request without a caller");
    }

    /** The name, as in {@code wxtoken.callers.<name>}; it shows in logs and metrics. */
    public String name() {
        return name;
    }

    /** Whether it may have the tokens of the account of this name. */
    public boolean mayUse(String account) {
        return accounts == null || usable.contains(account);
    }

    /** The names of the accounts it may use as configured, or null for all. */
    @Nullable
    List<String> accounts() {
        return accounts;
    }

    /** Whether it may see operational details, and order new tokens of the accounts that it may use. */
    public boolean operator() {
        return operator;
    }

    /** The name: it is also how Spring names the principal. */
    @Override
    public String toString() {
        return name;
    }
}
