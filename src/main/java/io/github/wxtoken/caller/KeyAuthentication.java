package io.github.wxtoken.caller;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;

/** Authenticates callers by their keys. Thread-safe. */
public final class KeyAuthentication implements AuthenticationManager {

    /** The role of operators; {@code management.endpoint.health.roles} names it, too. */
    static final String OPERATOR = "OPERATOR";

    /** The attribute of a request that holds the caller whose key it has shown. */
    private static final String CALLER = KeyAuthentication.class.getName();

    /** The attribute of a request that holds its listener. */
    private static final String LISTENER = KeyAuthentication.class.getName() + ".listener";

    private final Callers callers;
    private final KeyConverter converter = new KeyConverter();

    /** The authentication of each caller, the same for all its requests. */
    private final Map<Caller, Authentication> authenticated = new HashMap<>();

    KeyAuthentication(Callers callers) {
        this.callers = callers;
        callers.all().forEach(caller -> authenticated.put(caller, of(caller)));
    }

    /**
     * Returns the caller of a request by the key in its {@code Authorization} header, or null without a valid key. If
     * no callers are configured, returns the anonymous caller.
     */
    public @Nullable Caller caller(HttpServletRequest request) {
        Caller caller = callers.anybody();
        if (caller == null) {
            try {
                Authentication shown = converter.convert(request);
                caller = shown == null ? null : find(shown);
            } catch (BadCredentialsException e) {
                return null;
            }
        }
        if (caller != null) {
            shown(request, caller);
        }
        return caller;
    }

    /** Registers a listener. It receives the caller as soon as the request has shown a valid key. */
    public static void onShown(ServletRequest request, Listener listener) {
        request.setAttribute(LISTENER, listener);
    }

    /** Records that a request has shown a valid key of a caller. */
    public static void shown(ServletRequest request, Caller caller) {
        request.setAttribute(CALLER, caller);
        if (request.getAttribute(LISTENER) instanceof Listener listener) {
            listener.shown(caller);
        }
    }

    /** Returns the caller whose key a request has shown, or null. */
    public static @Nullable Caller shownBy(ServletRequest request) {
        return request.getAttribute(CALLER) instanceof Caller caller ? caller : null;
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

    /** Receives the caller of a request. */
    @FunctionalInterface
    public interface Listener {
        /** Called on the thread that serves the request. May be called again. */
        void shown(Caller caller);
    }

    /** Returns the authentication of an authenticated caller. */
    static Authentication of(Caller caller) {
        List<GrantedAuthority> roles =
                caller.operator() ? AuthorityUtils.createAuthorityList("ROLE_" + OPERATOR) : List.of();
        return UsernamePasswordAuthenticationToken.authenticated(caller, null, roles);
    }
}
