package io.github.wxtoken.caller;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

/** The check of a key: finds the caller it belongs to. Thread-safe. */
public final class KeyAuthentication implements AuthenticationManager {

    /** The role of those who may see operational details; {@code management.endpoint.health.roles} names it, too. */
    static final String OPERATOR = "OPERATOR";

    /** The role of those who may use all accounts, and with a dash and a name, of those who may use that one. */
    static final String ACCOUNT = "ACCOUNT";

    private final Callers callers;
    private final KeyConverter converter = new KeyConverter();

    /** One for all requests of a caller: nothing in it differs. */
    private final Map<Caller, Authentication> authenticated = new HashMap<>();

    KeyAuthentication(Callers callers) {
        this.callers = callers;
        callers.all().forEach(caller -> authenticated.put(caller, of(caller)));
    }

    /**
     * The caller whose key a request shows in its header; null where it shows none, or none that is valid. Where no callers
     * are configured, the one who stands for whoever asks.
     */
    public @Nullable Caller caller(HttpServletRequest request) {
        Caller anybody = callers.anybody();
        if (anybody != null) {
            return anybody;
        }
        try {
            Authentication shown = converter.convert(request);
            return shown == null ? null : find(shown);
        } catch (BadCredentialsException e) {
            return null;
        }
    }

    @Override
    public Authentication authenticate(Authentication shown) {
        Caller caller = find(shown);
        Authentication authentication = caller == null ? null : authenticated.get(caller);
        if (authentication == null) {
            throw new BadCredentialsException("unknown key");
        }
        return authentication;
    }

    private @Nullable Caller find(Authentication shown) {
        Object name = shown.getPrincipal();
        Object key = shown.getCredentials();
        return callers.find(name == null ? null : name.toString(), key == null ? "" : key.toString());
    }

    /** A caller who has shown enough. */
    static Authentication of(Caller caller) {
        List<String> roles = new ArrayList<>();
        if (caller.operator()) {
            roles.add("ROLE_" + OPERATOR);
            List<String> accounts = caller.accounts();
            if (accounts == null) {
                roles.add("ROLE_" + ACCOUNT);
            } else {
                accounts.forEach(account -> roles.add("ROLE_" + ACCOUNT + "-" + account));
            }
        }
        return UsernamePasswordAuthenticationToken.authenticated(
                caller, null, AuthorityUtils.createAuthorityList(roles));
    }
}
