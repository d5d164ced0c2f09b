package io.github.wxtoken.token;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The accounts whose tokens are kept, in the order of the configuration. Immutable. */
public final class Accounts {

    /** How many are named when the server has started. */
    private static final int FEW = 10;

    private final List<Account> all;
    private final Map<String, Account> byAppid = new HashMap<>();

    /**
     * Creates it from accounts of different AppIDs.
     *
     * @throws IllegalArgumentException if two share an AppID
     */
    public Accounts(List<Account> accounts) {
        this.all = List.copyOf(accounts);
        for (Account account : all) {
            if (byAppid.put(account.appid(), account) != null) {
                throw new IllegalArgumentException("two accounts share the AppID " + account.appid());
            }
        }
    }

    /** All of them. */
    public List<Account> all() {
        return all;
    }

    /** The first of them, each with how its tokens are fetched, and how many there are. */
    StartNote note() {
        List<String> lines = new ArrayList<>(List.of(Integer.toString(all.size())));
        all.stream().limit(FEW).map(Accounts::line).forEach(lines::add);
        if (all.size() > FEW) {
            lines.add("... and " + (all.size() - FEW) + " more");
        }
        return StartNote.of("accounts", lines);
    }

    private static String line(Account account) {
        StringBuilder line = new StringBuilder(account.name() + " (" + account.appid() + "), "
                + account.api().name().toLowerCase(Locale.ROOT));
        account.keys().stream()
                .map(key -> key.kind().type())
                .filter(Objects::nonNull)
                .forEach(type -> line.append(", ticket ").append(type));
        return line.toString();
    }

    /** The account of an AppID. */
    public Optional<Account> find(String appid) {
        return Optional.ofNullable(byAppid.get(appid));
    }
}
