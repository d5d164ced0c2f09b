package io.github.wxtoken.monitor;

import static io.github.wxtoken.monitor.Words.word;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.TokenKey;
import io.micrometer.core.instrument.Tags;

/** The tags by which metrics tell tokens and what happens to them apart. Each has as many values as are configured. */
final class TokenTags {

    private TokenTags() {}

    /** Whose token, and which. */
    static Tags of(Account account, TokenKey key) {
        return Tags.of("account", account.name(), "kind", word(key.kind()));
    }
}
