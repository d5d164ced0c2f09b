package io.github.wxtoken.monitor;

import static io.github.wxtoken.monitor.Words.word;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.TokenKey;
import io.micrometer.core.instrument.Tags;

/** The tags that identify a token in metrics. The configuration bounds the number of their values. */
final class TokenTags {

    private TokenTags() {}

    /** Returns the tags of a token: its account and its kind. */
    static Tags of(Account account, TokenKey key) {
        return Tags.of("account", account.name(), "kind", word(key.kind()));
    }
}
