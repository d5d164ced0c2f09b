package io.github.wxtoken.token;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of credential that WeChat issues for an account. All are refreshed by the same rules. */
public enum TokenKind {
    /** The {@code access_token}, required by every server-side WeChat API. */
    ACCESS_TOKEN(null),
    /** The ticket that signs web pages' use of the JS-SDK. */
    JSAPI_TICKET("jsapi"),
    /** The ticket that signs card coupons. */
    CARD_TICKET("wx_card");

    private final @Nullable String type;

    TokenKind(@Nullable String type) {
        this.type = type;
    }

    /** Finds the kind of ticket with WeChat's {@code type}. */
    public static Optional<TokenKind> ofType(String type) {
        return Arrays.stream(values()).filter(kind -> type.equals(kind.type)).findAny();
    }

    /** Returns WeChat's {@code type} of this ticket, or null for an access_token. */
    public @Nullable String type() {
        return type;
    }

    /** Returns whether this is a ticket. WeChat issues tickets for an access_token; they cannot be probed. */
    public boolean isTicket() {
        return type != null;
    }
}
