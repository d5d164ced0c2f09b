package io.github.wxtoken.caller;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

/** The check of a key: finds the caller it belongs to. Thread-safe. */
final class KeyAuthentication implements AuthenticationManager {

    /** The role of those who may see operational details; {@code management.endpoint.health.roles} names it, too. */
    static final String OPERATOR = "OPERATOR";

    /** The role of those who may use all accounts, and with a dash and a name, of those who may use that one. */
    static final String ACCOUNT = "ACCOUNT";

    private final Callers callers;

    /** One for all requests of a caller: nothing in it differs. */
    private final Map<Caller, Authentication> authenticated = new HashMap<>();

    KeyAuthentication(Callers callers) {
        this.callers = callers;
        callers.all().forEach(caller -> authenticated.put(caller, of(caller)));
    }

    @Override
    public Authentication authenticate(Authentication shown) {
        Object name = shown.getPrincipal();
        Object key = shown.getCredentials();
        Caller caller = callers.find(name == null ? null : name.toString(), key == null ? "" : key.toString());
        Authentication authentication = caller == null ? null : authenticated.get(caller);
        if (authentication == null) {
            throw new BadCredentialsException("unknown key");
        }
        return authentication;
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
