package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Signs the URLs of pages, so that the ticket need not leave the server. */
@RestController
final class SignatureController {

    private static final String URL = "url";
    private static final int LONGEST_URL = 4096;

    /**
     * An absolute URL without user and password. It is not checked further or normalized: the signature covers the text
     * that the browser sends to WeChat, even if it is malformed.
     */
    private static final Pattern PAGE = Pattern.compile("(?i:https?)://[^/?#@\\\\\\s]+([/?][^\\s\\p{Cntrl}]*)?");

    private final TokenKeeper keeper;
    private final AccountSelector selector;
    private final UsageRecorder usageRecorder;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    SignatureController(
            TokenKeeper keeper, AccountSelector selector, UsageRecorder usageRecorder, InstantSource clock) {
        this.keeper = keeper;
        this.selector = selector;
        this.usageRecorder = usageRecorder;
        this.clock = clock;
    }

    /** Returns the signature of a page's URL, without its fragment. */
    @GetMapping("/jsapi/signature")
    Object signature(HttpServletRequest request) {
        Caller caller = Caller.current();
        Query query = Query.of(request, URL, AccountSelector.APPID);
        String page = page(query.require(URL));
        Account account = selector.of(query, caller, request.getRemoteAddr());
        TokenKey key = TicketController.key(account, TokenKind.JSAPI_TICKET);
        usageRecorder.read(caller, key.kind());
        return PendingAnswers.answer(keeper.current(key), served -> ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(JsapiSignature.sign(
                        key.appid(),
                        served.token().value(),
                        nonce(),
                        clock.instant().getEpochSecond(),
                        page)));
    }

    private static String page(String url) {
        int fragment = url.indexOf('#');
        String page = fragment < 0 ? url : url.substring(0, fragment);
        if (page.length() > LONGEST_URL || !PAGE.matcher(page).matches()) {
            throw RejectedRequestException.badRequest(
                    Message.of(SignatureController.class, "query.url", URL, LONGEST_URL));
        }
        return page;
    }

    private String nonce() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
