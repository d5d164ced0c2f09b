package io.github.wxtoken.relay;

import io.github.wxtoken.api.AccountSelector;
import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.relay.SignedRelayTokens.Holder;
import io.github.wxtoken.token.Account;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Finds the caller and the account of a relayed request. The caller shows a relay token as {@code access_token}, its key
 * in place of the AppSecret, or its key in the {@code Authorization} header. If it shows several, they must agree.
 * Thread-safe.
 */
final class RelayAuthentication {

    private static final String ACCESS_TOKEN = "access_token";

    private final AccountSelector selector;
    private final Callers callers;
    private final KeyAuthentication keys;
    private final SignedRelayTokens tokens;
    private final TokenKeeper keeper;

    RelayAuthentication(
            AccountSelector selector,
            Callers callers,
            KeyAuthentication keys,
            SignedRelayTokens tokens,
            TokenKeeper keeper) {
        this.selector = selector;
        this.callers = callers;
        this.keys = keys;
        this.tokens = tokens;
        this.keeper = keeper;
    }

    /**
     * Returns the caller of a request.
     *
     * @throws RelayException if the request has no valid credentials, or they contradict each other
     */
    Credentials authenticate(HttpServletRequest request, RelayTarget target) {
        String secret = target.secretParameter();
        Caller byHeader = byHeader(request);
        Caller byKey = secret == null ? null : byKey(target.query().get(secret));
        // The login calls need no token, although some SDKs send one.
        Holder byToken = target.isOfUser() || secret != null
                ? null
                : byToken(target.query().get(ACCESS_TOKEN));
        Caller caller = byToken != null ? byToken.caller() : byKey != null ? byKey : byHeader;
        if (caller == null) {
            throw secret == null
                    ? RelayException.weChat(41001, "access_token missing")
                    : RelayException.weChat(41004, secret + " missing");
        }
        if ((byHeader != null && byHeader != caller) || (byKey != null && byKey != caller)) {
            throw RelayException.weChat(40001, "invalid credential: the request has those of two callers");
        }
        return new Credentials(caller, byToken == null ? null : byToken.account());
    }

    /**
     * Returns the account of an authenticated request: the one in the path, of the relay token, or in the parameter
     * {@code appid} of a login call. They must agree. Without any, the caller can use only one.
     *
     * @throws RelayException if there is none
     */
    Account account(Credentials credentials, RelayTarget target) {
        Account ofToken = credentials.account;
        String named = target.secretParameter() == null ? null : target.query().get("appid");
        Account account = ofToken;
        for (String appid : new @Nullable String[] {target.appid(), named}) {
            if (appid != null) {
                Account found = selector.usable(appid, credentials.caller)
                        .orElseThrow(() -> RelayException.audited(
                                40013, "invalid appid: no account of this caller", "unknown account"));
                if (account != null && !account.equals(found)) {
                    throw ofToken == null
                            ? RelayException.weChat(40013, "invalid appid: the request names two accounts")
                            : SignedRelayTokens.invalid();
                }
                account = found;
            }
        }
        Account chosen = account == null ? selector.only(credentials.caller) : account;
        if (chosen == null) {
            throw RelayException.weChat(
                    41002, "appid missing: this caller can use several accounts, call /relay/{appid}/...");
        }
        return chosen;
    }

    private @Nullable Caller byHeader(HttpServletRequest request) {
        if (request.getHeader(HttpHeaders.AUTHORIZATION) == null) {
            return null;
        }
        Caller caller = keys.caller(request);
        if (caller == null) {
            throw wrongKey();
        }
        return caller;
    }

    private @Nullable Caller byKey(@Nullable String key) {
        if (key == null) {
            return null;
        }
        Caller caller = callers.holder(key);
        if (caller == null) {
            throw wrongKey();
        }
        return caller;
    }

    private @Nullable Holder byToken(@Nullable String token) {
        if (token == null) {
            return null;
        }
        if (keeper.holderOf(token).isPresent()) {
            throw RelayException.audited(
                    40001,
                    "invalid credential: this is WeChat's own access_token; get one at /relay/cgi-bin/token",
                    "WeChat's token at the relay");
        }
        return tokens.verify(token);
    }

    private static RelayException wrongKey() {
        return RelayException.weChat(40125, "invalid appsecret");
    }

    /**
     * The credentials of a request.
     *
     * @param account the account of the relay token, or null if the request has none
     */
    record Credentials(Caller caller, @Nullable Account account) {}
}
