package io.github.wxtoken.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the WeChat platform without HTTP: accounts, tokens and their lifecycle over time.
 *
 * <p>A single-threaded simulation can call it directly; {@link WeChatSimulator} serves it over HTTP. Its behaviour is
 * determined by its clock and its seed. Thread-safe.
 */
public final class Platform {

    private final InstantSource clock;
    private final RandomText random;
    private final Journal journal = new Journal();
    private final Map<String, Account> accounts = new ConcurrentSkipListMap<>();
    private final Map<String, Account> holders = new ConcurrentHashMap<>();

    public Platform(InstantSource clock, long seed) {
        this.clock = clock;
        this.random = new RandomText(seed);
    }

    /** Opens an account. */
    public Account account(String appid, String secret) {
        Account account = new Account(appid, secret, clock, random, journal, holders);
        if (accounts.putIfAbsent(appid, account) != null) {
            throw new IllegalArgumentException("there is an account " + appid + " already");
        }
        return account;
    }

    /** Returns the account of that AppID, which must have been opened. */
    public Account account(String appid) {
        return find(appid).orElseThrow(() -> new IllegalArgumentException("no account " + appid));
    }

    /** Executes a classic token call. */
    public Reply mint(@Nullable String appid, @Nullable String secret, String callerIp) {
        if (appid == null || appid.isEmpty()) {
            return Reply.Refused.with(Errcode.APPID_MISSING);
        }
        if (secret == null || secret.isEmpty()) {
            return Reply.Refused.with(Errcode.APPSECRET_MISSING);
        }
        return find(appid)
                .map(account -> account.mint(secret, callerIp))
                .orElseGet(() -> Reply.Refused.with(Errcode.INVALID_APPID));
    }

    /** Executes a stable token call. */
    public Reply stable(@Nullable String appid, @Nullable String secret, boolean forced, String callerIp) {
        if (appid == null || appid.isEmpty()) {
            return Reply.Refused.with(Errcode.APPID_MISSING);
        }
        if (secret == null || secret.isEmpty()) {
            return Reply.Refused.with(Errcode.APPSECRET_MISSING);
        }
        return find(appid)
                .map(account -> account.stable(secret, forced, callerIp))
                .orElseGet(() -> Reply.Refused.with(Errcode.INVALID_APPID));
    }

    /** Executes a ticket call. */
    public Reply ticket(@Nullable String token, @Nullable String type, String callerIp) {
        Reply.Refused verdict = judge(CallKind.TICKET, token, callerIp);
        if (verdict.errcode() != Errcode.OK || token == null) {
            return verdict;
        }
        if (type == null || !(type.equals("jsapi") || type.equals("wx_card"))) {
            return Reply.Refused.with(Errcode.INVALID_ARGS);
        }
        return new Reply.Granted(holder(token).orElseThrow().ticket(type), "7200");
    }

    /** Returns whether the token is accepted now: OK, 40001 (superseded, killed, never issued) or 42001 (expired). */
    public Errcode check(String token) {
        return holder(token).map(account -> account.verdict(token)).orElse(Errcode.INVALID_CREDENTIAL);
    }

    /** Returns WeChat's knowledge of a token; empty if it was never issued. */
    public Optional<TokenLife> life(String token) {
        return holder(token).flatMap(account -> account.life(token));
    }

    /** Returns whether the token was accepted at that time. For future times the result may still change. */
    public boolean wasAlive(String token, Instant when) {
        return life(token).filter(life -> life.wasAliveAt(when)).isPresent();
    }

    /** Returns the journal of calls; direct calls of {@link #mint} are not in it. */
    public Journal journal() {
        return journal;
    }

    /** Returns the verdict on a call of this kind with this token, {@link Errcode#OK} if accepted. */
    Reply.Refused judge(CallKind kind, @Nullable String token, String callerIp) {
        if (token == null || token.isEmpty()) {
            return Reply.Refused.with(Errcode.ACCESS_TOKEN_MISSING);
        }
        return holder(token)
                .map(account -> account.judge(kind, token, callerIp))
                .orElseGet(() -> Reply.Refused.with(Errcode.INVALID_CREDENTIAL));
    }

    int issuedStable(@Nullable String appid) {
        return appid == null ? 0 : find(appid).map(Account::issuedStable).orElse(0);
    }

    Optional<Account> find(String appid) {
        return Optional.ofNullable(accounts.get(appid));
    }

    Optional<Account> holder(String token) {
        return Optional.ofNullable(holders.get(token));
    }

    Collection<Account> accounts() {
        return accounts.values();
    }

    Instant now() {
        return clock.instant();
    }

    String rid() {
        return random.rid(clock.instant());
    }
}
