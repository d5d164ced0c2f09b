package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKeeper;
import io.github.wxtoken.token.TokenKey;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.filter.ServerHttpObservationFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The short way of the plain {@code GET /token}: a caller with a valid key, whose account has a usable token, is answered
 * here, before Spring Security and Spring MVC, which take as long as all the rest. What it gets, and what is counted, is as
 * from {@link TokenController#token}.
 *
 * <p>It refuses nobody. Whatever is not as plain as that goes the usual way, where the rules are. Thread-safe.
 */
final class CurrentTokenFilter implements Filter {

    private final KeyAuthentication keys;
    private final AskedAccount asked;
    private final TokenKeeper keeper;
    private final Usage usage;
    private final JsonMapper json;
    private final String path;

    /** What was last written of each token: the next caller within the same second is told the same. */
    private final Map<TokenKey, Written> written = new ConcurrentHashMap<>();

    /** Creates it for a server whose {@code GET /token} has this path. */
    CurrentTokenFilter(
            KeyAuthentication keys, AskedAccount asked, TokenKeeper keeper, Usage usage, JsonMapper json, String path) {
        this.keys = keys;
        this.asked = asked;
        this.keeper = keeper;
        this.usage = usage;
        this.json = json;
        this.path = path;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Written answer = answer((HttpServletRequest) request);
        if (answer == null) {
            chain.doFilter(request, response);
        } else {
            write(answer, (HttpServletResponse) response);
        }
    }

    private @Nullable Written answer(HttpServletRequest request) {
        Caller caller = isPlain(request) ? keys.caller(request) : null;
        Account account = caller == null ? null : asked.plainly(request.getQueryString(), caller);
        if (caller == null || account == null) {
            return null;
        }
        TokenKey key = TokenKey.accessToken(account.appid());
        ServedToken served = keeper.served(key);
        if (served == null) {
            return null;
        }
        usage.read(caller, key.kind());
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(observation -> observation.setPathPattern(CurrentTokenConfiguration.PATH));
        return written(key, served);
    }

    private boolean isPlain(HttpServletRequest request) {
        // The path as it was sent: Spring Security refuses other spellings of it.
        return request.getMethod().equals("GET")
                && request.getRequestURI().equals(path)
                && AskedAccount.isPlain(request.getQueryString())
                && request.getHeader(HttpHeaders.IF_NONE_MATCH) == null;
    }

    private Written written(TokenKey key, ServedToken served) {
        Written last = written.get(key);
        if (last != null && last.served.equals(served)) {
            return last;
        }
        Written next = new Written(served, json.writeValueAsBytes(TokenAnswer.of(key, served)));
        written.put(key, next);
        return next;
    }

    private static void write(Written answer, HttpServletResponse response) throws IOException {
        response.setHeader(HttpHeaders.ETAG, answer.etag);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(answer.body.length);
        response.getOutputStream().write(answer.body);
    }

    /** An answer, ready to be sent; equal to itself only. */
    private static final class Written {
        private final ServedToken served;
        private final String etag;
        private final byte[] body;

        Written(ServedToken served, byte[] body) {
            this.served = served;
            this.etag = '"' + Long.toString(served.version()) + '"';
            this.body = body;
        }
    }
}
