package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the accounts that hold an access_token. Contains the SHA-256 of the current and the previous token of each
 * account, so a lookup compares no token values, and two entries per account are the most. Thread-safe.
 */
final class AccessTokenIndex {

    private final NavigableSet<Entry> entries =
            new ConcurrentSkipListSet<>(Comparator.comparing(Entry::sha256).thenComparing(Entry::appid));

    /** Returns the AppIDs of the accounts whose record contains an access_token, whether it is usable or not. */
    Stream<String> holders(String value) {
        String sha256 = Token.sha256(value);
        // One value has several holders only if something in between answers in the place of WeChat.
        return entries.tailSet(new Entry(sha256, "")).stream()
                .takeWhile(entry -> entry.sha256.equals(sha256))
                .map(Entry::appid);
    }

    /**
     * Replaces the tokens of a record. The calls for one record must not be concurrent.
     *
     * @param publication makes the new record visible: its tokens can be found before, and those of the old one until
     *     after it
     */
    void replace(TokenKey key, TokenRecord before, TokenRecord after, Runnable publication) {
        if (key.kind().isTicket()) {
            publication.run();
            return;
        }
        Set<String> old = values(before);
        Set<String> next = values(after);
        next.stream().filter(value -> !old.contains(value)).forEach(value -> entries.add(entry(value, key)));
        publication.run();
        old.stream().filter(value -> !next.contains(value)).forEach(value -> entries.remove(entry(value, key)));
    }

    /** Returns the number of entries. */
    int size() {
        return entries.size();
    }

    private static Set<String> values(TokenRecord record) {
        Set<String> values = new HashSet<>();
        for (@Nullable Token token : Arrays.asList(record.current(), record.previous())) {
            if (token != null) {
                values.add(token.value());
            }
        }
        return values;
    }

    private static Entry entry(String value, TokenKey key) {
        return new Entry(Token.sha256(value), key.appid());
    }

    private record Entry(String sha256, String appid) {}
}
