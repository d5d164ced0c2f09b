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
 * The rules of the WeChat platform without its HTTP: accounts, tokens, and what becomes of them as time goes by.
 *
 * <p>A simulation in one thread can talk to it directly; {@link WeChatSimulator} puts it on the wire. Everything in it
 * follows from its clock and its seed. Safe for use by many threads.
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

    /** The account of that appid, which must have been opened. */
    public Account account(String appid) {
        return find(appid).orElseThrow(() -> new IllegalArgumentException("no account " + appid));
    }

    /** A classic token call. */
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

    /** A stable token call. */
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

    /** A call for a ticket. */
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

    /** Whether the token is accepted now: OK, 40001 (superseded, killed, never issued) or 42001 (of old age). */
    public Errcode check(String token) {
        return holder(token).map(account -> account.verdict(token)).orElse(Errcode.INVALID_CREDENTIAL);
    }

    /** What WeChat knows of a token, if it ever issued it. */
    public Optional<TokenLife> life(String token) {
        return holder(token).flatMap(account -> account.life(token));
    }

    /** Whether the token was accepted then. To be asked afterwards: of moments to come it knows only what is planned. */
    public boolean wasAlive(String token, Instant when) {
        return life(token).filter(life -> life.wasAliveAt(when)).isPresent();
    }

    /** The journal in which calls are kept; {@link #mint} called directly is not a call. */
    public Journal journal() {
        return journal;
    }

    /** Whether a call of this kind with this token is accepted; {@link Errcode#OK} if it is. */
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
