package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenEvent;
import io.github.wxtoken.keeper.TokenEvent.Adopted;
import io.github.wxtoken.keeper.TokenEvent.FoundDead;
import io.github.wxtoken.keeper.TokenEvent.Ordered;
import io.github.wxtoken.keeper.TokenEvent.RefreshFailed;
import io.github.wxtoken.keeper.TokenEvent.Refreshed;
import io.github.wxtoken.keeper.TokenEvent.Reissued;
import io.github.wxtoken.keeper.TokenEvent.Reported;
import io.github.wxtoken.keeper.TokenEvent.Unserved;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenListener;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * The recent events of each token that this replica knows of. It is bounded: the oldest entries are dropped, and
 * similar events between two turning points are merged. Thread-safe.
 */
@Component
final class History implements TokenListener {

    /** The maximum number of entries of one token: a day of planned refreshes and some problems. */
    private static final int MOST = 60;

    /** The maximum number of entries of all tokens, unless that leaves a token fewer than {@link #LEAST}. */
    private static final int MOST_IN_ALL = 60_000;

    private static final int LEAST = 6;

    /** Resolved lazily, because the keeper's constructor needs its listeners. */
    private final ObjectProvider<TokenKeeper> keeper;

    private final int most;
    private final Map<TokenKey, List<HistoryEntry>> entries = new ConcurrentHashMap<>();

    History(ObjectProvider<TokenKeeper> keeper, Accounts accounts) {
        this.keeper = keeper;
        int tokens = accounts.all().stream()
                .mapToInt(account -> account.keys().size())
                .sum();
        this.most = Math.max(LEAST, Math.min(MOST, MOST_IN_ALL / Math.max(1, tokens)));
    }

    @Override
    public void refreshed(Refreshed event) {
        add(event, at -> HistoryEntry.of(event, at, keeper.getObject().replica()));
    }

    @Override
    public void adopted(Adopted event) {
        add(event, at -> HistoryEntry.of(event, at));
    }

    @Override
    public void reissued(Reissued event) {
        add(event, at -> HistoryEntry.of(event, at));
    }

    @Override
    public void refreshFailed(RefreshFailed event) {
        add(event, at -> HistoryEntry.of(event, at));
    }

    @Override
    public void foundDead(FoundDead event) {
        add(event, at -> HistoryEntry.of(event, at));
    }

    @Override
    public void reported(Reported event) {
        add(event, at -> HistoryEntry.of(event, at));
    }

    @Override
    public void unserved(Unserved event) {
        add(event, at -> HistoryEntry.of(event, at));
    }

    @Override
    public void ordered(Ordered event) {
        add(event, at -> HistoryEntry.of(event, at));
    }

    private void add(TokenEvent event, Function<Instant, HistoryEntry> entryAt) {
        TokenKey key = event.key();
        HistoryEntry entry = entryAt.apply(keeper.getObject().status(key).now());
        entries.compute(key, (same, before) -> with(before == null ? List.of() : before, entry));
    }

    /** Returns the last events of a token, the oldest first. */
    List<HistoryEntry> of(TokenKey key) {
        return entries.getOrDefault(key, List.of());
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
