package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

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
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
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
        Map<String, Object> details = details(event.trigger());
        details.putAll(token(event.version(), event.fingerprint(), event.issuedAt(), event.expiresAt()));
        details.put("by", keeper.getObject().replica());
        add(event, HistoryEntry.REFRESHED, details);
    }

    @Override
    public void adopted(Adopted event) {
        Map<String, Object> details = token(event.version(), event.fingerprint(), event.issuedAt(), event.expiresAt());
        details.put("by", event.by());
        add(event, HistoryEntry.REFRESHED, details);
    }

    @Override
    public void reissued(Reissued event) {
        Map<String, Object> details = details(event.trigger());
        details.put("fingerprint", event.fingerprint());
        add(event, "reissued", details);
    }

    @Override
    public void refreshFailed(RefreshFailed event) {
        Map<String, Object> details = details(event.trigger());
        if (event.failure().errcode() != 0) {
            details.put("errcode", event.failure().errcode());
        }
        add(event, "failed", details, event.failure().text());
    }

    @Override
    public void foundDead(FoundDead event) {
        Map<String, Object> details = details(event.trigger());
        details.put("fingerprint", event.fingerprint());
        details.put("contested", event.contested());
        add(event, HistoryEntry.DEAD, details);
    }

    @Override
    public void reported(Reported event) {
        add(event, "reported", Map.of("outcome", lowerCase(event.outcome())));
    }

    @Override
    public void unserved(Unserved event) {
        add(event, "unserved", Map.of());
    }

    @Override
    public void ordered(Ordered event) {
        add(event, HistoryEntry.ORDERED, Map.of("action", lowerCase(event.action()), "by", event.by()));
    }

    private static Map<String, Object> details(Trigger trigger) {
        Map<String, Object> details = new HashMap<>();
        details.put("trigger", lowerCase(trigger));
        return details;
    }

    private static Map<String, Object> token(long version, String fingerprint, Instant issuedAt, Instant expiresAt) {
        Map<String, Object> details = new HashMap<>();
        details.put("version", version);
        details.put("fingerprint", fingerprint);
        details.put("issuedAt", issuedAt);
        details.put("expiresAt", expiresAt);
        return details;
    }

    private void add(TokenEvent event, String type, Map<String, Object> details) {
        add(event, type, details, null);
    }

    private void add(TokenEvent event, String type, Map<String, Object> details, @Nullable String errmsg) {
        HistoryEntry entry =
                new HistoryEntry(keeper.getObject().status(event.key()).now(), type, details, errmsg);
        entries.compute(event.key(), (same, before) -> with(before == null ? List.of() : before, entry));
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
