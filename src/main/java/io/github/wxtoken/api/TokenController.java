package io.github.wxtoken.api;

import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKeeper;
import io.github.wxtoken.token.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Hands out access tokens, and takes reports of those that WeChat refused. */
@RestController
final class TokenController {

    private final TokenKeeper keeper;
    private final AskedAccount asked;

    TokenController(TokenKeeper keeper, AskedAccount asked) {
        this.keeper = keeper;
        this.asked = asked;
    }

    /** The current token: at once where there is a usable one, else as soon as there is one, without holding a thread. */
    @GetMapping("/token")
    Object token(HttpServletRequest request) {
        String appid = asked.appid(request);
        CompletableFuture<ServedToken> current = keeper.current(TokenKey.accessToken(appid));
        return current.isDone() && !current.isCompletedExceptionally()
                ? answer(appid, current.join())
                : current.thenApply(served -> answer(appid, served));
    }

    /** Replaces the current token if the report is right. */
    @PostMapping("/token/refresh")
    CompletableFuture<ResponseEntity<TokenAnswer>> refresh(HttpServletRequest request) throws IOException {
        String refused = ReportBody.read(request);
        String appid = asked.appid(request);
        return keeper.report(TokenKey.accessToken(appid), refused)
                .thenApply(report -> ok().body(TokenAnswer.of(appid, report)));
    }

    private static ResponseEntity<TokenAnswer> answer(String appid, ServedToken served) {
        return ok().eTag(Long.toString(served.version())).body(TokenAnswer.of(appid, served));
    }

    private static ResponseEntity.BodyBuilder ok() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).contentType(MediaType.APPLICATION_JSON);
    }
}
