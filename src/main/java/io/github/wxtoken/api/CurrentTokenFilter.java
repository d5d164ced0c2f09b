package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.ClientLimits;
import io.github.wxtoken.caller.ClientLimits.Permits;
import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.keeper.Report;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fast path of requests that the current token answers immediately: {@code GET /token}, and
 * {@code POST /token/refresh} for a token that has already been replaced. Most reports are of this kind when all
 * callers report at once. The filter runs before Spring Security and Spring MVC, which cost as much as all the rest.
 *
 * <p>A request is answered here if all of these hold, in this order:
 *
 * <ol>
 *   <li>The method and the raw path match, and a read has no {@code If-None-Match}.
 *   <li>The query string is absent or begins with a literal {@code appid=}.
 *   <li>The caller has a valid key and does not hold too many threads, and the query selects one account that it may
 *       use.
 *   <li>The account has a usable token. For a report, the body is also valid and names a replaced token.
 * </ol>
 *
 * <p>Any other request falls through to the normal path, so each rejection, error and wait is handled in exactly one
 * place. The filter rejects nothing, never waits for a token and counts only the requests it answers.
 * {@link BodyReader} keeps a body that was read here for the normal path. Answers, metrics and audit events equal those
 * of {@link TokenController}.
 *
 * <p>Thread-safe. The last answer to a read is cached per token and reused while the served token, including its
 * remaining life, is equal. Concurrent reads may serialize the same answer twice; the last one stays.
 */
@Component
final class CurrentTokenFilter implements Filter {

    private final KeyAuthentication keys;
    private final AccountSelector selector;
    private final TokenKeeper keeper;
    private final UsageRecorder usageRecorder;
    private final ReportBody body;
    private final @Nullable Permits requests;
    private final JsonMapper json;
    private final String readPath;
    private final String reportPath;

    /** The last read answer of each token, reused for reads within the same second. */
    private final Map<TokenKey, Written> written = new ConcurrentHashMap<>();

    CurrentTokenFilter(
            KeyAuthentication keys,
            AccountSelector selector,
            TokenKeeper keeper,
            UsageRecorder usageRecorder,
            ReportBody body,
            ClientLimits limits,
            JsonMapper json,
            ServletContext context,
            DispatcherServletPath servlet) {
        this.keys = keys;
        this.selector = selector;
        this.keeper = keeper;
        this.usageRecorder = usageRecorder;
        this.body = body;
        this.requests = limits.requests();
        this.json = json;
        String base = context.getContextPath() + servlet.getPrefix();
        this.readPath = base + TokenController.READ;
        this.reportPath = base + TokenController.REPORT;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest call = (HttpServletRequest) request;
        boolean read = isRead(call);
        boolean plain = (read || isReport(call)) && AccountSelector.isPlain(call.getQueryString());
        Caller caller = plain ? keys.caller(call) : null;
        // Without a permit, the normal path rejects the request.
        boolean answered = caller != null
                && (requests == null || requests.tryTake(caller))
                && answer(call, read, caller, (HttpServletResponse) response);
        if (!answered) {
            chain.doFilter(request, response);
        }
    }

    /** Answers a request, and gives back its permit. Returns false if it has to take the normal path. */
    private boolean answer(HttpServletRequest request, boolean read, Caller caller, HttpServletResponse response)
            throws IOException {
        try {
            Account account = selector.plainly(request.getQueryString(), caller);
            if (account == null) {
                return false;
            }
            Written answer = read ? read(caller, account) : reported(request, caller, account);
            if (answer != null) {
                write(answer, response);
            }
            return answer != null;
        } finally {
            if (requests != null) {
                requests.giveBack(caller);
            }
        }
    }

    // Compares raw paths; the normal path handles other spellings, which Spring Security rejects.

    private boolean isRead(HttpServletRequest request) {
        return request.getMethod().equals("GET")
                && request.getRequestURI().equals(readPath)
                && request.getHeader(HttpHeaders.IF_NONE_MATCH) == null;
    }

    private boolean isReport(HttpServletRequest request) {
        return request.getMethod().equals("POST") && request.getRequestURI().equals(reportPath);
    }

    private @Nullable Written read(Caller caller, Account account) {
        TokenKey key = TokenKey.accessToken(account.appid());
        ServedToken served = keeper.served(key);
        if (served == null) {
            return null;
        }
        usageRecorder.read(caller, key.kind());
        Written last = written.get(key);
        if (last != null && last.served.equals(served)) {
            return last;
        }
        String etag = '"' + Long.toString(served.version()) + '"';
        Written next = new Written(served, etag, json.writeValueAsBytes(TokenAnswer.of(key, served)));
        written.put(key, next);
        return next;
    }

    private @Nullable Written reported(HttpServletRequest request, Caller caller, Account account) {
        String refused;
        try {
            refused = body.read(request, caller, TokenController.ACCESS_TOKEN);
        } catch (RejectedRequestException e) {
            // The normal path throws it again and turns it into an answer.
            return null;
        }
        TokenKey key = TokenKey.accessToken(account.appid());
        Report report = refused == null ? null : keeper.superseded(key, refused);
        if (report == null) {
            return null;
        }
        usageRecorder.reported(caller, account, key.kind(), refused, request.getRemoteAddr(), report, null);
        return new Written(report.served(), null, json.writeValueAsBytes(TokenAnswer.of(key, report)));
    }

    private static void write(Written answer, HttpServletResponse response) throws IOException {
        if (answer.etag != null) {
            response.setHeader(HttpHeaders.ETAG, answer.etag);
        }
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(answer.body.length);
        response.getOutputStream().write(answer.body);
    }

    /** A serialized answer. Has identity equality. */
    private static final class Written {
        private final ServedToken served;
        private final @Nullable String etag;
        private final byte[] body;

        Written(ServedToken served, @Nullable String etag, byte[] body) {
            this.served = served;
            this.etag = etag;
            this.body = body;
        }
    }
}
