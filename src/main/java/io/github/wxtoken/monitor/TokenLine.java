package io.github.wxtoken.monitor;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.token.ServedToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One token in a list of many: enough to find it and to see whether it is well.
 *
 * @param account the configured name of the account
 * @param appid the account's AppID
 * @param kind {@code access_token}, or WeChat's type of the ticket
 * @param state the state of the token
 * @param cause the key of the {@link Cause} why it needs attention, or null if it needs none
 * @param servedUntil until when a caller may keep the token if it asks now
 * @param nextRefresh the earliest time of the next fetch
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TokenLine(
        String account,
        String appid,
        String kind,
        State state,
        @Nullable String cause,
        @Nullable Instant servedUntil,
        Instant nextRefresh) {

    static TokenLine of(TokenStatus token) {
        String type = token.key().kind().type();
        ServedToken served = token.served();
        return new TokenLine(
                token.account().name(),
                token.account().appid(),
                type == null ? "access_token" : type,
                State.of(token),
                Cause.key(token),
                served == null ? null : token.now().plusSeconds(served.expiresIn()),
                AccountHealth.nextRefresh(token));
    }
}
