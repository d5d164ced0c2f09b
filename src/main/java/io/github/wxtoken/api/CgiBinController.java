package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.caller.RejectionLog;
import io.github.wxtoken.keeper.Report;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenUnavailableException;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Serves WeChat's own token and ticket calls, for clients that support no others. The caller's key takes the place of
 * the AppSecret. Errors have WeChat's format and codes, apart from failures of calls through the relay.
 *
 * <p>Such a client cannot report a refused token: it repeats its request. So the tokens it gets are verified.
 *
 * <p>Each path accepts all methods, so that unauthenticated clients cannot discover which ones exist.
 */
@RestController
final class CgiBinController {

    private static final Logger log = LoggerFactory.getLogger(CgiBinController.class);

    private final TokenKeeper keeper;
    private final Accounts accounts;
    private final Callers callers;
    private final RejectionLog rejections;
    private final AccountSelector selector;
    private final BodyReader bodies;
    private final TokenCalls calls;
    private final UsageRecorder usageRecorder;
    private final RelayTokens relayTokens;
    private final Problems problems;

    CgiBinController(
            TokenKeeper keeper,
            Accounts accounts,
            Callers callers,
            RejectionLog rejections,
            AccountSelector selector,
            BodyReader bodies,
            TokenCalls calls,
            UsageRecorder usageRecorder,
            RelayTokens relayTokens,
            Problems problems) {
        this.keeper = keeper;
        this.accounts = accounts;
        this.callers = callers;
        this.rejections = rejections;
        this.selector = selector;
        this.bodies = bodies;
        this.calls = calls;
        this.usageRecorder = usageRecorder;
        this.relayTokens = relayTokens;
        this.problems = problems;
    }

    /** Serves the classic call. */
    @RequestMapping({"/cgi-bin/token", "/relay/cgi-bin/token", "/relay/{appid}/cgi-bin/token"})
    Object token(HttpServletRequest request) {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("POST")) {
            throw new WeChatError(43001, "require GET method");
        }
        return token(request, WeChatRequest.ofParameters(request, bodies));
    }

    /** Serves the stable call. Its {@code force_refresh} is a report that WeChat refuses the token, not an order. */
    @RequestMapping({"/cgi-bin/stable_token", "/relay/cgi-bin/stable_token", "/relay/{appid}/cgi-bin/stable_token"})
    Object stableToken(HttpServletRequest request) {
        if (!request.getMethod().equals("POST")) {
            throw new WeChatError(43002, "require POST method");
        }
        return token(request, WeChatRequest.ofJson(request, bodies));
    }

    private Object token(HttpServletRequest request, WeChatRequest fields) {
        if (!"client_credential".equals(fields.get("grant_type"))) {
            throw new WeChatError(40002, "invalid grant_type");
        }
        String appid = fields.require("appid", 41002);
        String address = request.getRemoteAddr();
        // Checks the key before the appid, so that unauthenticated clients cannot discover accounts.
        Caller caller = callers.holder(fields.require("secret", 41004));
        if (caller == null) {
            return refused(request, WeChatAnswer.error(40125, "invalid appsecret"));
        }
        KeyAuthentication.shown(request, caller);
        Account account = selector.find(appid, caller, address)
                .orElseThrow(() -> new WeChatError(40013, "invalid appid: no account of this caller"));
        if (isRelayed(request)) {
            requireInPath(request, appid, 40013, "invalid appid: the path names another account");
            String token = relayTokens.issue(caller, fields.require("secret", 41004), account);
            if (token == null) {
                throw new WeChatError(
                        48001, "api unauthorized: this caller may not use the relay, see its relay property");
            }
            return json(WeChatAnswer.token(token, relayTokens.expiresIn()));
        }
        TokenKey key = TokenKey.accessToken(account.appid());
        usageRecorder.read(caller, key.kind());
        CompletableFuture<ServedToken> served = fields.forced()
                ? calls.reported(request, caller, account, key.kind(), null).thenApply(Report::served)
                : keeper.verified(key);
        return answer(served, WeChatAnswer::token);
    }

    /** Serves the ticket call, which needs no key but an access_token that this server keeps. */
    @RequestMapping({
        "/cgi-bin/ticket/getticket",
        "/relay/cgi-bin/ticket/getticket",
        "/relay/{appid}/cgi-bin/ticket/getticket"
    })
    Object ticket(HttpServletRequest request) {
        // PowerWeChat posts.
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("POST")) {
            throw new WeChatError(43001, "require GET method");
        }
        WeChatRequest fields = WeChatRequest.ofParameters(request, bodies);
        String accessToken = fields.require("access_token", 41001);
        String appid;
        if (isRelayed(request)) {
            try {
                appid = relayTokens.accountOf(accessToken).appid();
                requireInPath(request, appid, 40001, "invalid credential: the access_token is for another account");
            } catch (RelayTokens.InvalidTokenException e) {
                WeChatAnswer refusal = WeChatAnswer.error(e.errcode(), String.valueOf(e.getMessage()));
                return e.errcode() == 42001 ? json(refusal) : refused(request, refusal);
            }
        } else {
            appid = keeper.holderOf(accessToken).orElse(null);
        }
        if (appid == null) {
            return refused(
                    request, WeChatAnswer.error(40001, "invalid credential, access_token is invalid or not latest"));
        }
        String type = fields.get("type");
        TokenKind kind = TokenKind.ofType(type == null ? "" : type)
                .orElseThrow(() -> new WeChatError(40097, "invalid args: type must be jsapi or wx_card"));
        Account account = accounts.find(appid).orElseThrow();
        if (!account.tickets().contains(kind)) {
            throw new WeChatError(
                    48001, "api unauthorized: wxtoken keeps no such ticket for this account, see its tickets property");
        }
        return answer(keeper.verified(new TokenKey(appid, kind)), WeChatAnswer::ticket);
    }

    /** Answers WeChat's other paths with an error: this server only serves tokens and tickets. */
    @RequestMapping({"/cgi-bin/**", "/relay/**"})
    ResponseEntity<WeChatAnswer> other() {
        return json(WeChatAnswer.error(40066, "invalid url"));
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<?> error(Exception e, HttpServletRequest request) {
        if (Problems.isDisconnected(e)) {
            return null;
        }
        if (e instanceof WeChatError) {
            rejections.add(null, "malformed", request.getRemoteAddr());
        }
        // Through the relay, a failure is an HTTP error: SDKs repeat a call with WeChat's errcode -1.
        return isRelayed(request) && !(e instanceof WeChatError) ? problems.answer(e, request) : json(errorAnswer(e));
    }

    /** Answers a client without valid credentials; with 45011 and a closed connection if it keeps failing. */
    private ResponseEntity<WeChatAnswer> refused(HttpServletRequest request, WeChatAnswer refusal) {
        return rejections.unauthorized(request.getRemoteAddr())
                ? ResponseEntity.ok()
                        .header(HttpHeaders.CONNECTION, "close")
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(WeChatAnswer.tooMany())
                : json(refusal);
    }

    /** Requires that the path of a relayed call names no other account. */
    private static void requireInPath(HttpServletRequest request, String appid, int errcode, String errmsg) {
        Object inPath =
                request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                        ? variables.get("appid")
                        : null;
        if (inPath != null && !inPath.equals(appid)) {
            throw new WeChatError(errcode, errmsg);
        }
    }

    private static boolean isRelayed(HttpServletRequest request) {
        // Never null after a mapping: without it, the real token could be taken for a relayed call's.
        return Objects.requireNonNull(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE))
                .toString()
                .startsWith("/relay/");
    }

    private static Object answer(CompletableFuture<ServedToken> served, Function<ServedToken, WeChatAnswer> form) {
        return PendingAnswers.answer(served, token -> json(form.apply(token)));
    }

    private static WeChatAnswer errorAnswer(Throwable thrown) {
        Throwable e = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (e instanceof WeChatError error) {
            return error.answer();
        }
        if (e instanceof TokenUnavailableException unavailable) {
            // Clients retry after both, but not immediately after 45011.
            return unavailable.overBudget()
                    ? WeChatAnswer.error(45011, "api minute-quota reach limit: " + e.getMessage())
                    : WeChatAnswer.error(-1, "system error: " + e.getMessage());
        }
        if (e instanceof RequestRejectedException) {
            // Spring Security checks parameter names only when they are read.
            return WeChatAnswer.error(47001, "data format error");
        }
        if (e instanceof RejectedRequestException rejection) {
            boolean slow = rejection.status() == HttpStatus.SERVICE_UNAVAILABLE
                    || rejection.status() == HttpStatus.REQUEST_TIMEOUT;
            return slow
                    ? WeChatAnswer.error(-1, "system error: " + e.getMessage())
                    : WeChatAnswer.error(47001, "data format error: " + e.getMessage());
        }
        log.error("A call to one of WeChat's paths failed", e);
        return WeChatAnswer.error(-1, "system error");
    }

    private static ResponseEntity<WeChatAnswer> json(WeChatAnswer answer) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(answer);
    }
}
