package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenEvent;
import io.github.wxtoken.keeper.TokenEvent.Contended;
import io.github.wxtoken.keeper.TokenEvent.Verified;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenListener;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * What has happened to each token lately, as far as this replica has heard of it. It is bounded: the oldest is forgotten,
 * and like events in a row are one. Thread-safe.
 */
@Component
final class History implements TokenListener {

    /** For one token: a day of planned refreshes, and some trouble. */
    private static final int MOST = 60;

    /** For all tokens together, of which one has at least the last few. */
    private static final int MOST_IN_ALL = 60_000;

    private static final int LEAST = 6;

    /** Asked late, for the keeper is given its listeners when it is made. */
    private final ObjectProvider<TokenKeeper> keeper;

    private final int most;
    private final Map<TokenKey, List<HistoryEntry>> happenings = new ConcurrentHashMap<>();

    History(ObjectProvider<TokenKeeper> keeper, Accounts accounts) {
        this.keeper = keeper;
        int tokens = accounts.all().stream()
                .mapToInt(account -> account.keys().size())
                .sum();
        this.most = Math.max(LEAST, Math.min(MOST, MOST_IN_ALL / Math.max(1, tokens)));
    }

    @Override
    public void on(TokenEvent event) {
        if (event instanceof Verified || event instanceof Contended) {
            // What is found is told by what comes of it; these are too many.
            return;
        }
        TokenKeeper known = keeper.getObject();
        HistoryEntry entry = HistoryEntry.of(event, known.status(event.key()).now(), known.replica());
        if (entry != null) {
            happenings.compute(event.key(), (key, before) -> with(before == null ? List.of() : before, entry));
        }
    }

    /** The last events of a token, the oldest first. */
    List<HistoryEntry> of(TokenKey key) {
        return happenings.getOrDefault(key, List.of());
    }

    private List<HistoryEntry> with(List<HistoryEntry> before, HistoryEntry entry) {
        List<HistoryEntry> after = new ArrayList<>(before);
        for (int i = after.size() - 1; i >= 0 && !after.get(i).isTurn(); i--) {
            if (after.get(i).isLike(entry)) {
                after.set(i, after.get(i).and(entry));
                return List.copyOf(after);
            }
        }
        after.add(entry);
        return List.copyOf(after.subList(Math.max(0, after.size() - most), after.size()));
    }
}
