package io.github.wxtoken.token;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of credential that WeChat issues for an account and that are kept fresh in the same way. */
public enum TokenKind {
    /** The {@code access_token} that every server-side API of WeChat takes. */
    ACCESS_TOKEN(null),
    /** The ticket with which pages sign their use of the JS-SDK. */
    JSAPI_TICKET("jsapi"),
    /** The ticket with which card coupons are signed. */
    CARD_TICKET("wx_card");

    private final @Nullable String type;

    TokenKind(@Nullable String type) {
        this.type = type;
    }

    /** The kind of ticket that WeChat calls by a {@code type}. */
    public static Optional<TokenKind> ofType(String type) {
        return Arrays.stream(values()).filter(kind -> type.equals(kind.type)).findAny();
    }

    /** WeChat's {@code type} of this ticket; null for what is none. */
    public @Nullable String type() {
        return type;
    }

    /** Whether this is a ticket, which WeChat gives for an access_token and nobody can verify. */
    public boolean isTicket() {
        return type != null;
    }
}
