package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.micrometer.core.instrument.Tags;

/**
 * The tags of time series about tokens. Either all of them have the tag {@code account} or none has it, so that all
 * series of a metric have the same tags and the number of series is bounded.
 *
 * @param byAccount whether time series have the tag {@code account}
 */
record TokenTags(boolean byAccount) {

    /** Creates the tags for the configured accounts, with an account's name if they are at most {@code most}. */
    static TokenTags of(Accounts accounts, int most) {
        return new TokenTags(accounts.all().size() <= most);
    }

    /** Returns the tags of an account: its name or nothing. */
    Tags of(Account account) {
        return byAccount ? Tags.of("account", account.name()) : Tags.empty();
    }

    /** Returns the tags of a token: those of its account, and its kind. */
    Tags of(Account account, TokenKey key) {
        return of(account).and(of(key.kind()));
    }

    /** Returns the tags of all tokens of a kind. */
    static Tags of(TokenKind kind) {
        return Tags.of("kind", lowerCase(kind));
    }
}
