package io.github.wxtoken.relay;

import io.github.wxtoken.api.Problem;
import io.github.wxtoken.api.Problems;
import io.github.wxtoken.api.WeChatAnswer;
import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.caller.RejectionLog;
import io.github.wxtoken.keeper.TokenUnavailableException;
import io.github.wxtoken.relay.RelayAuthentication.Credentials;
import io.github.wxtoken.relay.RelayMeters.Outcome;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.apache.coyote.CloseNowException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers relayed requests. It runs before all other filters, so nothing else parses their parameters or bodies. Token
 * and ticket calls, which this server answers itself, fall through to Spring MVC.
 */
final class RelayFilter implements Filter {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LARGEST_BUFFER = 16 * 1024;

    private static final Logger log = LoggerFactory.getLogger(RelayFilter.class);

    private final String prefix;
    private final Accounts accounts;
    private final RelayAuthentication authentication;
    private final Map<Caller, PathPolicy> policies;
    private final CallsInFlight<Caller> inFlight;
    private final Relay relay;
    private final RelayMeters meters;
    private final RejectionLog rejections;
    private final ApplicationEventPublisher audit;

    /** Creates the filter. {@code prefix} is the path of Spring MVC below the context path, usually empty. */
    RelayFilter(
            String prefix,
            Accounts accounts,
            RelayAuthentication authentication,
            Map<Caller, PathPolicy> policies,
            CallsInFlight<Caller> inFlight,
            Relay relay,
            RelayMeters meters,
            RejectionLog rejections,
            ApplicationEventPublisher audit) {
        this.prefix = prefix;
        this.accounts = accounts;
        this.authentication = authentication;
        this.policies = Map.copyOf(policies);
        this.inFlight = inFlight;
        this.relay = relay;
        this.meters = meters;
        this.rejections = rejections;
        this.audit = audit;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest call = (HttpServletRequest) request;
        RelayedCall state = new RelayedCall(call, (HttpServletResponse) response, meters.start());
        RelayTarget target;
        try {
            String uri = call.getRequestURI().substring(call.getContextPath().length() + prefix.length());
            target = RelayTarget.of(
                    uri, call.getQueryString(), appid -> accounts.find(appid).isPresent());
        } catch (RelayException e) {
            refuse(state, e);
            return;
        }
        if (target.isAnsweredHere()) {
            chain.doFilter(request, response);
            return;
        }
        try {
            answer(state, target);
        } catch (RelayException e) {
            refuse(state, e);
        } catch (TokenUnavailableException e) {
            refuse(state, e);
        } catch (RuntimeException e) {
            if (response.isCommitted()) {
                throw new CloseNowException("the answer broke off", null);
            }
            // Without its message, which may quote the request. Unanswered, it would become WeChat's errcode -1, with
            // which SDKs repeat the call.
            StackTraceElement[] frames = e.getStackTrace();
            log.error("A relayed call failed: {} at {}", e.getClass().getName(), frames.length == 0 ? "?" : frames[0]);
            response.reset();
            refuse(
                    state,
                    RelayException.problem(HttpStatus.INTERNAL_SERVER_ERROR, "The server failed; its log says why."));
        }
    }

    private void answer(RelayedCall call, RelayTarget target) throws IOException {
        Credentials credentials = authentication.authenticate(call.request, target);
        Caller caller = credentials.caller();
        call.caller = caller;
        KeyAuthentication.shown(call.request, caller);
        Account account = authentication.account(credentials, target);
        PathPolicy policy = policies.get(caller);
        call.pattern = policy == null ? null : policy.match(target.path());
        if (call.pattern == null) {
            throw RelayException.audited(
                    48001,
                    "api unauthorized: wxtoken does not relay this path for this caller, see its relay property",
                    "path not relayed");
        }
        String method = call.request.getMethod();
        if (!method.equals("GET") && !method.equals("POST")) {
            throw RelayException.problem(HttpStatus.METHOD_NOT_ALLOWED, "WeChat's calls are GET or POST.");
        }
        // A GET by HTTP/2 has no length either, and usually no body.
        if (method.equals("GET")
                && (call.request.getContentLengthLong() > 0
                        || call.request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null)) {
            throw RelayException.problem(HttpStatus.BAD_REQUEST, "A GET with a body is not relayed.");
        }
        if (!inFlight.tryTake(caller)) {
            call.limited = true;
            throw RelayException.problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "Too many relayed calls are in progress: see wxtoken.relay.in-flight.");
        }
        CallDeadline deadline = relay.deadline();
        try (Relay.Result result = relay.pass(call.request, target, account.appid(), deadline)) {
            if (result.healed()) {
                healed(call, caller, account);
            }
            boolean complete = write(result, call.response, deadline);
            meters.record(
                    call.sample,
                    caller,
                    call.pattern,
                    complete ? Outcome.of(result.errcode(), result.answer().status()) : Outcome.ABORTED);
            if (!complete) {
                // Otherwise the client could take a part for the whole answer.
                throw new CloseNowException("the answer broke off", null);
            }
        } finally {
            inFlight.giveBack(caller);
        }
    }

    private void healed(RelayedCall call, Caller caller, Account account) {
        meters.healed(caller);
        audit.publishEvent(new AuditApplicationEvent(
                caller.name(), "heal", Map.of("account", account.name(), "address", call.request.getRemoteAddr())));
    }

    /** Writes an answer. Returns false if the caller disconnected, the answer broke off, or the time is over. */
    private static boolean write(Relay.Result result, HttpServletResponse response, CallDeadline deadline) {
        response.setStatus(result.answer().status());
        ForwardedHeaders.of(result.answer().headers())
                .forEach(header -> response.addHeader(header.getKey(), header.getValue()));
        if (result.answer().length() >= 0) {
            response.setContentLengthLong(result.answer().length());
        }
        if (result.healed()) {
            response.setHeader("X-Wxtoken-Healed", "1");
        }
        try {
            OutputStream out = response.getOutputStream();
            InputStream in = result.answer().body();
            long length = result.answer().length();
            // Most answers are small.
            byte[] buffer = new byte[length > 0 && length < LARGEST_BUFFER ? (int) length : LARGEST_BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (deadline.left().isZero()) {
                    return false;
                }
                out.write(buffer, 0, read);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void refuse(RelayedCall call, RelayException e) throws IOException {
        boolean unreachable = e.status() == HttpStatus.BAD_GATEWAY || e.status() == HttpStatus.GATEWAY_TIMEOUT;
        Outcome outcome = unreachable ? Outcome.UNREACHABLE : call.limited ? Outcome.LIMITED : Outcome.REFUSED;
        meters.record(call.sample, call.caller, call.pattern, outcome);
        boolean tooMany = audit(call, e);
        HttpServletResponse response = call.response;
        if (tooMany) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        if (e.status() == HttpStatus.SERVICE_UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        if (e.status() == HttpStatus.METHOD_NOT_ALLOWED) {
            response.setHeader(HttpHeaders.ALLOW, "GET, POST");
        }
        write(call, e.status(), body(e, tooMany));
    }

    /** Answers as {@code GET /token} does without a usable token. */
    private void refuse(RelayedCall call, TokenUnavailableException e) throws IOException {
        meters.record(call.sample, call.caller, call.pattern, Outcome.REFUSED);
        ResponseEntity<Problem> answer = Problems.unavailable(e, call.request);
        answer.getHeaders().forEach((name, values) -> values.forEach(value -> call.response.setHeader(name, value)));
        write(call, answer.getStatusCode(), answer.getBody());
    }

    /** Writes an error. */
    private static void write(RelayedCall call, HttpStatusCode status, @Nullable Object error) throws IOException {
        HttpServletResponse response = call.response;
        if (call.request.getContentLengthLong() != 0 && call.request.getMethod().equals("POST")) {
            // The body may be unread. The connection is then closed, and a client must not use it again.
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        byte[] json = JSON.writeValueAsBytes(error);
        response.setStatus(status.value());
        response.setContentType(
                status == HttpStatus.OK ? MediaType.APPLICATION_JSON_VALUE : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }

    private static Object body(RelayException e, boolean tooMany) {
        String text = String.valueOf(e.getMessage());
        // An SDK must learn that its token is invalid, however many others behind its address learn the same.
        if (tooMany && e.errcode() != 40001) {
            return WeChatAnswer.tooMany();
        }
        return e.status() == HttpStatus.OK ? WeChatAnswer.error(e.errcode(), text) : Problem.of(e.status(), text);
    }

    /** Counts a call without valid credentials. Returns whether its network had too many of them in this minute. */
    private boolean audit(RelayedCall call, RelayException e) {
        String address = call.request.getRemoteAddr();
        if (e.audited() != null) {
            rejections.add(call.caller, e.audited(), address);
        }
        // Neither an expired token nor a call whose key was not read is a guess.
        return call.caller == null
                && e.status() == HttpStatus.OK
                && !e.isMalformed()
                && e.errcode() != 42001
                && rejections.unauthorized(address);
    }

    /** A request, and what is known about it so far. */
    private static final class RelayedCall {
        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final Timer.Sample sample;
        private @Nullable Caller caller;
        private @Nullable String pattern;
        private boolean limited;

        RelayedCall(HttpServletRequest request, HttpServletResponse response, Timer.Sample sample) {
            this.request = request;
            this.response = response;
            this.sample = sample;
        }
    }
}
