package io.github.wxtoken.wechat;

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

/** The accounts that were found valid, and their secrets, which no other room gets to see. */
final class ConfiguredAccounts {

    /** The prefix of the properties. */
    static final String PREFIX = "wxtoken.accounts";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    /** What a property name takes without brackets. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z0-9-]+");

    /** Lenient, since test accounts differ: {@code wx} and 16 hex digits is what most have. */
    private static final Pattern APPID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Pattern SECRET = Pattern.compile("[!-~]{1,128}");

    private static final int CLASSIC_CALLS_A_DAY = 2000;
    private static final int STABLE_CALLS_A_DAY = 500_000;

    private final Accounts accounts;
    private final Map<String, AppSecret> secrets;

    private ConfiguredAccounts(List<Account> accounts, Map<String, AppSecret> secrets) {
        this.accounts = new Accounts(accounts);
        this.secrets = Map.copyOf(secrets);
    }

    /**
     * Checks the properties of all accounts, by name.
     *
     * @throws NoAccountException if none of them has any credentials
     */
    static ConfiguredAccounts of(Map<String, AccountProperties> properties) {
        if (properties.values().stream().allMatch(ConfiguredAccounts::unset)) {
            throw new NoAccountException();
        }
        List<Account> accounts = new ArrayList<>();
        Map<String, AppSecret> secrets = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        properties.forEach((name, account) -> {
            String prefix = prefix(name);
            String appid = appid(prefix + ".appid", account.appid());
            String other = names.putIfAbsent(appid, name);
            if (other != null) {
                throw InvalidProperty.property(
                        prefix + ".appid",
                        "Account '" + other + "' has the same AppID. Remove one of the two accounts.");
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
        return new ConfiguredAccounts(accounts, secrets);
    }

    /** The accounts, without their secrets. */
    Accounts accounts() {
        return accounts;
    }

    /** The API by which a configured account's access_token is fetched. */
    Api api(String appid) {
        return accounts.find(appid).orElseThrow(() -> unknown(appid)).api();
    }

    /** The secret of a configured account. */
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

    private static boolean unset(AccountProperties account) {
        return unset(account.appid()) && unset(text(account.secret()));
    }

    private static boolean unset(@Nullable String text) {
        return text == null || text.isBlank() || text.strip().equals(InvalidProperty.placeholder(text));
    }

    private static @Nullable String text(@Nullable AppSecret secret) {
        return secret == null ? null : secret.value();
    }

    private static String prefix(String name) {
        if (!NAME.matcher(name).matches()) {
            throw InvalidProperty.property(
                    PREFIX,
                    "An account's name may have letters, digits, '.', '_' and '-' only; it shows in logs and metrics."
                            + " Rename the account.");
        }
        return PREFIX + (PLAIN_NAME.matcher(name).matches() ? "." + name : "[" + name + "]");
    }

    private static String appid(String property, @Nullable String text) {
        String appid = present(property, text, "AppID");
        if (!APPID.matcher(appid).matches()) {
            throw InvalidProperty.property(
                    property,
                    "It is no AppID: those have letters and digits only, and look like wx0123456789abcdef."
                            + " Copy it from WeChat again, without spaces or quotes.");
        }
        return appid;
    }

    private static Api api(String property, String text) {
        return switch (text) {
            case "classic" -> Api.CLASSIC;
            case "stable" -> Api.STABLE;
            default -> throw InvalidProperty.property(property, "There is no such API. Write classic or stable.");
        };
    }

    private static Set<TokenKind> tickets(String property, List<String> types) {
        Set<TokenKind> tickets = EnumSet.noneOf(TokenKind.class);
        for (int i = 0; i < types.size(); i++) {
            String element = property + "[" + i + "]";
            if (!tickets.add(TokenKind.ofType(types.get(i))
                    .orElseThrow(() -> InvalidProperty.property(
                            element, "There is no such type of ticket. Those that are kept are jsapi and wx_card.")))) {
                throw InvalidProperty.property(element, "This type is named twice. Remove it once.");
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
            throw InvalidProperty.property(
                    property, "It must be at least 1. WeChat allows " + most + " such calls a day for most accounts.");
        }
        return budget == null ? most : budget;
    }

    private static AppSecret secret(String property, @Nullable AppSecret secret) {
        String text = present(property, text(secret), "AppSecret");
        if (!SECRET.matcher(text).matches()) {
            throw InvalidProperty.property(
                    property,
                    "It is no AppSecret: it contains a space, a line break or another character that none has."
                            + " Copy it from WeChat again.");
        }
        return AppSecret.of(text);
    }

    private static String present(String property, @Nullable String text, String what) {
        if (text == null || text.isBlank()) {
            throw InvalidProperty.property(
                    property,
                    "The account has no " + what + ". Set it, or the environment variable that it is read from,"
                            + " or remove the account.");
        }
        String placeholder = InvalidProperty.placeholder(text);
        if (!placeholder.isEmpty()) {
            throw InvalidProperty.property(
                    property, placeholder + " is not set. Set that environment variable, or remove the account.");
        }
        return text;
    }
}
