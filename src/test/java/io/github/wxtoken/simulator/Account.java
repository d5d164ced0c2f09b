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
 * One account of the simulated WeChat: its secret, its tokens and all settings that determine its answers. Any thread
 * may change settings at any time. Each setter returns the account for chaining.
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

    /**
     * Creates an account that adds each token it issues to {@code holders}, where the platform looks up accounts by
     * token.
     */
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

    synchronized boolean hasSecret(@Nullable String text) {
        return secret.equals(text);
    }

    /** Sets the lifetime of tokens minted from now on, which {@code expires_in} reports. The default is 7200 s. */
    public synchronized Account tokenLife(Duration life) {
        tokenLife = life;
        return this;
    }

    /** Sends this JSON literal as {@code expires_in}, whatever the real lifetime; null restores the real value. */
    public synchronized Account expiresIn(@Nullable String jsonLiteral) {
        expiresIn = jsonLiteral;
        return this;
    }

    /** Sets the length of a token, up to 512 characters; 0 restores the usual 135 to 157. */
    public synchronized Account tokenLength(int characters) {
        tokenLength = characters;
        return this;
    }

    /** Sets the number of token calls per Beijing day. The default is 2,000; a test account has 200. */
    public synchronized Account dailyQuota(int calls) {
        quota.daily(calls);
        return this;
    }

    public synchronized Account minuteQuota(int calls) {
        quota.perMinute(calls);
        return this;
    }

    /** Sets or changes the IP whitelist, effective after {@link #whitelistDelay}. */
    public synchronized Account whitelist(WhitelistMode mode, String... entries) {
        return changeWhitelist(new Whitelist.Setting(mode, List.of(entries)));
    }

    /** Switches the IP whitelist off, effective after {@link #whitelistDelay}. */
    public synchronized Account noWhitelist() {
        return changeWhitelist(Whitelist.Setting.OFF);
    }

    /** Sets the delay before whitelist changes take effect. The default is 10 minutes, WeChat's worst case. */
    public synchronized Account whitelistDelay(Duration delay) {
        whitelistDelay = delay;
        return this;
    }

    /** Refuses every call of a kind, as for a frozen secret, a punished account or an API without permission. */
    public synchronized Account refuse(CallKind kind, Errcode errcode) {
        refusals.put(kind, errcode);
        return this;
    }

    public synchronized Account refuseNoMore(CallKind kind) {
        refusals.remove(kind);
        return this;
    }

    /** Replaces the AppSecret. Tokens issued with the old one stay valid. */
    public synchronized Account resetSecret(String newSecret) {
        secret = newSecret;
        return this;
    }

    /** Invalidates the current and the previous classic token at once, as two consecutive out-of-band calls would. */
    public synchronized Account kill() {
        classic.empty(clock.instant());
        return this;
    }

    /** Invalidates the stable tokens at once. WeChat still returns the last one to normal calls. */
    public synchronized Account killStable() {
        stable.slots().endAll(clock.instant());
        return this;
    }

    /** Stops handing out the current ticket of a type, so that the next call returns a new one. */
    public synchronized Account endTicket(String type) {
        tickets.end(type);
        return this;
    }

    /**
     * Fetches a token as another client of the account that has the AppSecret. It counts against the quota like any
     * call.
     */
    public Reply mintOutOfBand() {
        // Takes the journal's lock first, as calls over HTTP do, so that entries are in minting order.
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

    /** Returns the ticket of a type, for a token already found valid. */
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

    /** Decides whether to accept a call of this kind with this token of the account. */
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

    /** Returns the stable token that WeChat hands out, dead or alive. */
    public synchronized Optional<TokenLife> currentStable() {
        return Optional.ofNullable(stable.slots().current());
    }

    /** Returns the number of refreshes forced today, without those rejected as too early. */
    public synchronized int forcedToday() {
        return stable.forcedToday(clock.instant());
    }

    /** Returns the number of stable tokens ever issued. */
    public synchronized int issuedStable() {
        return stable.slots().issued();
    }

    /** Returns the number of stable token calls that WeChat has counted today. */
    public synchronized int stableCallsToday() {
        return stableQuota.usedToday(clock.instant());
    }

    /** Returns the ticket of a type that WeChat hands out. */
    public synchronized Optional<String> currentTicket(String type) {
        return tickets.current(type);
    }

    /** Returns the number of tickets ever issued, of all types. */
    public synchronized int issuedTickets() {
        return tickets.issued();
    }

    /** Checks that a page with this signature may use the JS-SDK. The page's URL may contain a fragment. */
    public synchronized boolean acceptsSignature(String url, String nonceStr, long timestamp, String signature) {
        return PageSignature.isOneOf(tickets.accepted("jsapi", clock.instant()), url, nonceStr, timestamp, signature);
    }

    /** Returns the last classic token issued, dead or alive, unless it was {@linkplain #kill killed}. */
    public synchronized Optional<TokenLife> current() {
        return Optional.ofNullable(classic.current());
    }

    /** Returns the number of tokens ever issued, to any client. */
    public synchronized int issued() {
        return classic.issued();
    }

    /** Returns the number of token calls that WeChat has counted today, from any client and including refused ones. */
    public synchronized int callsToday() {
        return quota.usedToday(clock.instant());
    }

    /** Counts a call that a fault refuses on the platform's behalf. */
    synchronized void countCall(CallKind kind) {
        (kind == CallKind.STABLE_TOKEN ? stableQuota : quota).spend(clock.instant());
    }

    private Account changeWhitelist(Whitelist.Setting setting) {
        Instant now = clock.instant();
        whitelist.change(setting, now, now.plus(whitelistDelay));
        return this;
    }
}
