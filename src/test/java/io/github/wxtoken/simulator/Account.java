package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One account at the simulated WeChat: its secret, its tokens, and every setting that decides how it answers. Settings
 * may be changed at any time, by any thread; each returns the account, so that they can be strung together.
 */
public final class Account {

    private static final int TOKENS_A_DAY = 2_000;
    private static final int STABLE_TOKENS_A_DAY = 500_000;
    private static final int STABLE_TOKENS_A_MINUTE = 10_000;

    private final String appid;
    private final InstantSource clock;
    private final RandomText random;
    private final Journal journal;
    private final Map<String, Account> holders;

    private String secret;
    private Duration tokenLife = Duration.ofHours(2);
    private @Nullable String expiresIn;
    private int tokenLength;
    private Duration whitelistDelay = Duration.ofMinutes(10);
    private final Quota quota = new Quota(TOKENS_A_DAY);
    private final Whitelist whitelist = new Whitelist();
    private final Quota stableQuota = new Quota(STABLE_TOKENS_A_DAY);
    private final TokenSlots classic = new TokenSlots();
    private final StableTokens stable = new StableTokens();
    private final Tickets tickets = new Tickets();
    private final Map<CallKind, Errcode> refusals = new EnumMap<>(CallKind.class);

    /** {@code holders} is where the account enters each token it issues: the platform finds it by its tokens. */
    Account(
            String appid,
            String secret,
            InstantSource clock,
            RandomText random,
            Journal journal,
            Map<String, Account> holders) {
        this.appid = appid;
        this.secret = secret;
        this.clock = clock;
        this.random = random;
        this.journal = journal;
        this.holders = holders;
        stableQuota.perMinute(STABLE_TOKENS_A_MINUTE);
    }

    public String appid() {
        return appid;
    }

    /** How long a token lives that is minted from now on; 7200 s at first. It is what {@code expires_in} says. */
    public synchronized Account tokenLife(Duration life) {
        tokenLife = life;
        return this;
    }

    /** Lets {@code expires_in} be this JSON literal, whatever the life of the token really is; null for the truth. */
    public synchronized Account expiresIn(@Nullable String jsonLiteral) {
        expiresIn = jsonLiteral;
        return this;
    }

    /** How many characters a token has, up to 512; 0 for the usual 135 to 157. */
    public synchronized Account tokenLength(int characters) {
        tokenLength = characters;
        return this;
    }

    /** How many token calls a Beijing day has; 2,000 at first, 200 for a test account. */
    public synchronized Account dailyQuota(int calls) {
        quota.daily(calls);
        return this;
    }

    public synchronized Account minuteQuota(int calls) {
        quota.perMinute(calls);
        return this;
    }

    /** Sets the IP whitelist, or changes it; in force after {@link #whitelistDelay}. */
    public synchronized Account whitelist(WhitelistMode mode, String... entries) {
        return changeWhitelist(new Whitelist.Setting(mode, List.of(entries)));
    }

    /** Switches the IP whitelist off; in force after {@link #whitelistDelay}. */
    public synchronized Account noWhitelist() {
        return changeWhitelist(Whitelist.Setting.OFF);
    }

    /** How long the next changes of the whitelist take to be in force; 10 minutes at first, as at WeChat's worst. */
    public synchronized Account whitelistDelay(Duration delay) {
        whitelistDelay = delay;
        return this;
    }

    /** Refuses every call of a kind: a frozen secret, a punished account, an API without permission. */
    public synchronized Account refuse(CallKind kind, Errcode errcode) {
        refusals.put(kind, errcode);
        return this;
    }

    public synchronized Account refuseNoMore(CallKind kind) {
        refusals.remove(kind);
        return this;
    }

    /** Replaces the AppSecret. Tokens that were issued with the old one live on. */
    public synchronized Account resetSecret(String newSecret) {
        secret = newSecret;
        return this;
    }

    /**
     * Ends the current classic token, and the previous one, at once: as two calls out of band, one after the other, would.
     */
    public synchronized Account kill() {
        classic.empty(clock.instant());
        return this;
    }

    /** Ends the stable tokens at once; WeChat goes on handing out the last one to usual calls. */
    public synchronized Account killStable() {
        stable.slots().endAll(clock.instant());
        return this;
    }

    /** Has the next call for a ticket of a type answered with another one. */
    public synchronized Account endTicket(String type) {
        tickets.end(type);
        return this;
    }

    /** Lets somebody else, who has the AppSecret too, call for a token. It costs the account's quota like any call. */
    public Reply mintOutOfBand() {
        // The journal's lock first, as for calls over HTTP: entries are in the order in which tokens were minted.
        synchronized (journal) {
            Reply reply = mintUnlisted();
            journal.add(Call.outOfBand(clock.instant(), appid, reply));
            return reply;
        }
    }

    synchronized Reply mint(String withSecret, String callerIp) {
        Instant now = clock.instant();
        Reply refusal = refusal(CallKind.TOKEN, quota.spend(now), withSecret, callerIp, now);
        return refusal == null ? issueUnless(Errcode.OK, now) : refusal;
    }

    synchronized Reply stable(String withSecret, boolean forced, String callerIp) {
        Instant now = clock.instant();
        Reply refusal = refusal(CallKind.STABLE_TOKEN, stableQuota.spend(now), withSecret, callerIp, now);
        if (refusal != null) {
            return refusal;
        }
        Reply reply = stable.answer(forced, now, () -> newLife(now));
        return expiresIn != null && reply instanceof Reply.Granted granted
                ? new Reply.Granted(granted.accessToken(), expiresIn)
                : reply;
    }

    /** The ticket of a type, for a token that was found good. */
    synchronized String ticket(String type) {
        return tickets.get(type, clock.instant(), () -> random.token(86));
    }

    private @Nullable Reply refusal(
            CallKind kind, Errcode quotaVerdict, String withSecret, String callerIp, Instant now) {
        if (!withSecret.equals(secret)) {
            return Reply.Refused.with(Errcode.INVALID_APPSECRET);
        }
        if (!whitelist.admits(CallKind.TOKEN, callerIp, now)) {
            return new Reply.Refused(Errcode.IP_NOT_IN_WHITELIST, Errcode.notInWhitelist(callerIp));
        }
        Errcode verdict = refusals.getOrDefault(kind, quotaVerdict);
        return verdict == Errcode.OK ? null : Reply.Refused.with(verdict);
    }

    private synchronized Reply mintUnlisted() {
        Instant now = clock.instant();
        return issueUnless(refusals.getOrDefault(CallKind.TOKEN, quota.spend(now)), now);
    }

    private Reply issueUnless(Errcode refusal, Instant now) {
        if (refusal != Errcode.OK) {
            return Reply.Refused.with(refusal);
        }
        TokenLife life = newLife(now);
        classic.issue(life);
        return new Reply.Granted(life.token(), expiresIn == null ? Long.toString(tokenLife.toSeconds()) : expiresIn);
    }

    private TokenLife newLife(Instant now) {
        String token = tokenLength == 0 ? random.token() : random.token(tokenLength);
        Instant end = now.plus(tokenLife);
        holders.put(token, this);
        return new TokenLife(token, appid, now, end, end);
    }

    /** Whether a call of this kind with this token of this account is accepted. */
    synchronized Reply.Refused judge(CallKind kind, String token, String callerIp) {
        Instant now = clock.instant();
        Errcode verdict = verdict(token);
        if (verdict != Errcode.OK) {
            return Reply.Refused.with(verdict);
        }
        if (!whitelist.admits(kind, callerIp, now)) {
            return new Reply.Refused(Errcode.IP_NOT_IN_WHITELIST, Errcode.notInWhitelist(callerIp));
        }
        return Reply.Refused.with(refusals.getOrDefault(kind, Errcode.OK));
    }

    private @Nullable TokenLife find(String token) {
        TokenLife life = classic.life(token);
        return life == null ? stable.slots().life(token) : life;
    }

    synchronized Errcode verdict(String token) {
        TokenLife life = find(token);
        return life == null ? Errcode.INVALID_CREDENTIAL : life.verdictAt(clock.instant());
    }

    synchronized Optional<TokenLife> life(String token) {
        return Optional.ofNullable(find(token));
    }

    /** The stable token that WeChat hands out, dead or alive. */
    public synchronized Optional<TokenLife> currentStable() {
        return Optional.ofNullable(stable.slots().current());
    }

    /** How many refreshes were forced today, without those that came too soon. */
    public synchronized int forcedToday() {
        return stable.forcedToday(clock.instant());
    }

    /** How many stable tokens were ever issued. */
    public synchronized int issuedStable() {
        return stable.slots().issued();
    }

    /** How many stable token calls WeChat has counted today. */
    public synchronized int stableCallsToday() {
        return stableQuota.usedToday(clock.instant());
    }

    /** The ticket of a type that WeChat hands out. */
    public synchronized Optional<String> currentTicket(String type) {
        return tickets.current(type);
    }

    /** How many tickets were ever issued, of all types. */
    public synchronized int issuedTickets() {
        return tickets.issued();
    }

    /** Whether a page that is signed like this may use the JS-SDK; WeChat's page knows its URL with a fragment, if any. */
    public synchronized boolean acceptsSignature(String url, String nonceStr, long timestamp, String signature) {
        return PageSignature.isOneOf(tickets.accepted("jsapi", clock.instant()), url, nonceStr, timestamp, signature);
    }

    /** The classic token that WeChat issued last, dead or alive, unless it was {@linkplain #kill killed}. */
    public synchronized Optional<TokenLife> current() {
        return Optional.ofNullable(classic.current());
    }

    /** How many tokens were ever issued, to whomever. */
    public synchronized int issued() {
        return classic.issued();
    }

    /** How many token calls WeChat has counted today, by whomever, refused ones as well. */
    public synchronized int callsToday() {
        return quota.usedToday(clock.instant());
    }

    /** Counts a call that a fault refuses in the platform's name. */
    synchronized void countCall(CallKind kind) {
        (kind == CallKind.STABLE_TOKEN ? stableQuota : quota).spend(clock.instant());
    }

    private Account changeWhitelist(Whitelist.Setting setting) {
        Instant now = clock.instant();
        whitelist.change(setting, now, now.plus(whitelistDelay));
        return this;
    }
}
