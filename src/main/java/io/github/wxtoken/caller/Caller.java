package io.github.wxtoken.caller;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * A client that may get tokens or see operational details: a business server, a person or a monitoring system.
 * Immutable, with identity equality: there is one instance of each.
 */
public final class Caller {

    private final String name;
    private final @Nullable List<String> accounts;
    private final Set<String> usable;
    private final List<String> relay;
    private final boolean operator;

    /** Creates a caller that may use the named accounts; null means all accounts. It may not use the relay. */
    Caller(String name, @Nullable List<String> accounts, boolean operator) {
        this(name, accounts, List.of(), operator);
    }

    /** Creates a caller that may use the named accounts, null for all, and relay calls to these paths. */
    Caller(String name, @Nullable List<String> accounts, List<String> relay, boolean operator) {
        this.name = name;
        this.relay = List.copyOf(relay);
        this.accounts = accounts == null ? null : List.copyOf(accounts);
        this.usable = accounts == null ? Set.of() : Set.copyOf(accounts);
        this.operator = operator;
    }

    /**
     * Returns the caller of the request on this thread.
     *
     * @throws IllegalStateException if there is none: the security filters must have rejected the request
     */
    public static Caller current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("a request without a caller");
    }

    /** Returns the name in {@code wxtoken.callers.<name>}, as it appears in logs and metrics. */
    public String name() {
        return name;
    }

    /** Returns whether the caller may use the account with this name. */
    public boolean mayUse(String account) {
        return accounts == null || usable.contains(account);
    }

    /** Returns the configured names of the accounts that the caller may use, or null for all. */
    @Nullable
    List<String> accounts() {
        return accounts;
    }

    /** Returns the patterns of the paths at WeChat that the caller may call through the relay; empty for none. */
    public List<String> relay() {
        return relay;
    }

    /** Returns whether the caller may see operational details and order new tokens of its accounts. */
    public boolean operator() {
        return operator;
    }

    /** Returns the name, which Spring also uses as the name of the principal. */
    @Override
    public String toString() {
        return name;
    }
}
