package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Report;
import io.github.wxtoken.token.TokenKeeper;
import io.github.wxtoken.token.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The calls about access tokens.
 *
 * <p>Their answers name the content type, so that no {@code Accept} header makes them fail. A caller who has to wait
 * holds a connection, but no thread.
 */
@RestController
final class TokenController {

    private final TokenKeeper keeper;
    private final AskedAccount asked;
    private final ReportBody body;
    private final Usage usage;

    TokenController(TokenKeeper keeper, AskedAccount asked, ReportBody body, Usage usage) {
        this.keeper = keeper;
        this.asked = asked;
        this.body = body;
        this.usage = usage;
    }

    /**
     * The current token. With {@code If-None-Match} and the version that the caller has, Spring answers 304 as long as it
     * is current; what the caller was told of its life stands. A body is ignored, as RFC 9110 gives it no meaning here.
     */
    @GetMapping("/token")
    Object token(HttpServletRequest request) {
        Caller caller = Caller.current();
        TokenKey key = TokenKey.accessToken(account(request, caller).appid());
        usage.read(caller);
        return answer(keeper.current(key), served -> json().eTag(Long.toString(served.version()))
                .body(TokenAnswer.of(key, served)));
    }

    /** Takes a report that WeChat refuses a token, and answers with a working one. */
    @PostMapping("/token/refresh")
    Object refresh(HttpServletRequest request) {
        Caller caller = Caller.current();
        // Before the query: reading parameters first would have Tomcat read a form from the body, and not within
        // bounds.
        String refused = body.read(request, caller);
        Account account = account(request, caller);
        TokenKey key = TokenKey.accessToken(account.appid());
        // Now: when the answer comes, the request may be gone.
        String address = request.getRemoteAddr();
        CompletableFuture<Report> told = keeper.report(key, refused)
                .whenComplete((report, failure) -> usage.reported(caller, account, refused, address, report, failure));
        return answer(told, report -> json().body(TokenAnswer.of(key, report)));
    }

    private Account account(HttpServletRequest request, Caller caller) {
        try {
            return asked.of(request, caller);
        } catch (Rejection rejection) {
            usage.rejected(caller, rejection, request.getRemoteAddr());
            throw rejection;
        }
    }

    private static ResponseEntity.BodyBuilder json() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON);
    }

    /** What is known already is answered on this thread: an asynchronous answer costs a second dispatch. */
    private static <T> Object answer(CompletableFuture<T> future, Function<T, ResponseEntity<TokenAnswer>> form) {
        return future.isDone() ? form.apply(future.join()) : future.thenApply(form);
    }
}
