package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.support.StartNote;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The validated accounts and their secrets, which never leave this package. */
final class ConfiguredAccounts {

    /** Most AppIDs are {@code wx} and 16 hex digits; test accounts differ, so this is lenient. */
    private static final Pattern APPID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** AppSecrets are hex digits; this is lenient, but rejects quotes and names of properties before the secret. */
    private static final Pattern SECRET = Pattern.compile("[!-~&&[^\"'=]]{1,128}");

    private static final int CLASSIC_CALLS_A_DAY = 2000;
    private static final int STABLE_CALLS_A_DAY = 500_000;

    private final Accounts accounts;
    private final Map<String, AppSecret> secrets;
    private final List<String> absent;

    private ConfiguredAccounts(List<Account> accounts, Map<String, AppSecret> secrets, List<String> absent) {
        this.accounts = new Accounts(accounts);
        this.secrets = Map.copyOf(secrets);
        this.absent = List.copyOf(absent);
    }

    /**
     * Validates the properties of all accounts, keyed by account name. An account without AppID and secret counts as
     * absent: the shipped configuration file has one, which must not be in the way of accounts from the environment.
     *
     * @throws NoAccountException if no account has any credentials
     */
    static ConfiguredAccounts of(Map<String, AccountProperties> properties) {
        if (properties.values().stream().allMatch(ConfiguredAccounts::unset)) {
            throw new NoAccountException();
        }
        List<Account> accounts = new ArrayList<>();
        Map<String, AppSecret> secrets = new HashMap<>();
        List<String> absent = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        properties.forEach((name, account) -> {
            if (blank(account)) {
                absent.add(name);
                return;
            }
            String prefix = NamedProperties.ACCOUNTS.prefix(name);
            String appid = appid(prefix + ".appid", account.appid());
            String other = names.putIfAbsent(appid, name);
            if (other != null) {
                throw InvalidProperty.property(
                        prefix + ".appid", Message.of(ConfiguredAccounts.class, "account.twice", other));
            }
            Api api = api(prefix + ".api", account.api());
            secrets.put(appid, secret(prefix + ".secret", account.secret()));
            accounts.add(new Account(
                    name,
                    appid,
                    api,
                    tickets(prefix + ".tickets", account.tickets()),
                    dailyBudget(prefix + ".daily-budget", api, account.dailyBudget())));
        });
        return new ConfiguredAccounts(accounts, secrets, absent);
    }

    /** Returns the accounts without their secrets. */
    Accounts accounts() {
        return accounts;
    }

    /** Returns a note that lists the absent accounts: perhaps their variables are misspelt. */
    StartNote note() {
        return StartNote.of(
                "accounts",
                absent.isEmpty()
                        ? List.of()
                        : List.of("absent, since both AppID and secret are empty: " + String.join(", ", absent)));
    }

    /** Returns the API that issues a configured account's access_token. */
    Api api(String appid) {
        return accounts.find(appid).orElseThrow(() -> unknown(appid)).api();
    }

    /** Returns the secret of a configured account. */
    AppSecret secret(String appid) {
        AppSecret secret = secrets.get(appid);
        if (secret == null) {
            throw unknown(appid);
        }
        return secret;
    }

    private static IllegalArgumentException unknown(String appid) {
        return new IllegalArgumentException("not a configured account: " + appid);
    }

    private static boolean blank(AccountProperties account) {
        return account.appid() != null
                && account.appid().isBlank()
                && account.secret() != null
                && account.secret().value().isBlank();
    }

    private static boolean unset(AccountProperties account) {
        return unset(account.appid()) && unset(text(account.secret()));
    }

    private static boolean unset(@Nullable String text) {
        return text == null || text.isBlank() || text.strip().equals(InvalidProperty.placeholder(text));
    }

    private static @Nullable String text(@Nullable AppSecret secret) {
        return secret == null ? null : secret.value();
    }

    private static String appid(String property, @Nullable String text) {
        String appid = present(property, text, "AppID");
        if (!APPID.matcher(appid).matches()) {
            throw InvalidProperty.property(property, Message.of(ConfiguredAccounts.class, "account.appid"));
        }
        return appid;
    }

    private static Api api(String property, String text) {
        return switch (text) {
            case "classic" -> Api.CLASSIC;
            case "stable" -> Api.STABLE;
            default -> throw InvalidProperty.property(property, Message.of(ConfiguredAccounts.class, "account.api"));
        };
    }

    private static Set<TokenKind> tickets(String property, List<String> types) {
        Set<TokenKind> tickets = EnumSet.noneOf(TokenKind.class);
        for (int i = 0; i < types.size(); i++) {
            String element = property + "[" + i + "]";
            if (!tickets.add(TokenKind.ofType(types.get(i))
                    .orElseThrow(() -> InvalidProperty.property(
                            element, Message.of(ConfiguredAccounts.class, "account.ticket"))))) {
                throw InvalidProperty.property(element, Message.of(ConfiguredAccounts.class, "account.ticket_twice"));
            }
        }
        return tickets;
    }

    private static int dailyBudget(String property, Api api, @Nullable Integer budget) {
        int most =
                switch (api) {
                    case CLASSIC -> CLASSIC_CALLS_A_DAY;
                    case STABLE -> STABLE_CALLS_A_DAY;
                };
        if (budget != null && budget < 1) {
            throw InvalidProperty.property(property, Message.of(ConfiguredAccounts.class, "account.budget", most));
        }
        return budget == null ? most : budget;
    }

    private static AppSecret secret(String property, @Nullable AppSecret secret) {
        String text = present(property, text(secret), "AppSecret");
        if (!SECRET.matcher(text).matches()) {
            throw InvalidProperty.property(property, Message.of(ConfiguredAccounts.class, "account.secret"));
        }
        return AppSecret.of(text);
    }

    private static String present(String property, @Nullable String text, String what) {
        if (text == null || text.isBlank()) {
            throw InvalidProperty.property(property, Message.of(ConfiguredAccounts.class, "account.missing", what));
        }
        String placeholder = InvalidProperty.placeholder(text);
        if (!placeholder.isEmpty()) {
            throw InvalidProperty.property(
                    property, Message.of(ConfiguredAccounts.class, "account.placeholder", placeholder));
        }
        return text;
    }
}
