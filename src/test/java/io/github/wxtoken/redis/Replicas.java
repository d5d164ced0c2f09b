package io.github.wxtoken.redis;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three replicas in their own processes with a simulated WeChat and a load: the common part of all scenarios. */
final class Replicas implements AutoCloseable {

    private static final Duration LONG_LIFE = Duration.ofHours(2);

    /**
     * The overlap that the replicas are configured with: how long WeChat accepts the old token after a refresh.
     * WeChat's real overlap is longer. The value also exceeds the 30 s for which a claim keeps other replicas from
     * fetching.
     */
    static final Duration OVERLAP = Duration.ofSeconds(35);

    /** The limit for due work on a machine that may be busy otherwise. */
    private static final Duration PROMPT = Duration.ofSeconds(10);

    /** How long a token that a mint ends at once is dead before the replicas receive the new one. */
    private static final Duration TELLS_AFTER = Duration.ofMillis(300);

    final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    final Account account = wechat.account(APPID, SECRET).tokenLife(LONG_LIFE);
    final List<ReplicaProcess> all = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final List<Link> links = new ArrayList<>();
    private final Path directory;
    private Load load = new Load(wechat, List.of());

    Replicas(Path directory) {
        this.directory = directory;
    }

    /** Begins to start a replica that tries the given WeChat hosts before the real ones. */
    ReplicaProcess add(List<URI> hosts, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "--wxtoken.store=redis",
                "--wxtoken.refresh.overlap=" + OVERLAP.toSeconds() + "s",
                "--wxtoken.refresh.watchdog=0s",
                "--wxtoken.accounts.main.appid=" + APPID,
                "--wxtoken.accounts.main.secret=" + SECRET,
                "--wxtoken.wechat.hosts="
                        + Stream.concat(hosts.stream(), wechat.hosts().stream())
                                .map(URI::toString)
                                .collect(Collectors.joining(","))));
        command.addAll(List.of(arguments));
        ReplicaProcess replica = new ReplicaProcess("replica-" + (all.size() + 1), directory, command);
        all.add(replica);
        return replica;
    }

    /**
     * Starts three replicas that share a Redis and waits until they serve. If the holder has hosts to try before the
     * real ones, the others must fetch the first token.
     */
    void start(RealRedis redis, URI... hostsOfHolder) {
        addBehindLink(redis);
        addBehindLink(redis);
        if (hostsOfHolder.length > 0) {
            all.forEach(this::awaitToken);
        }
        addBehindLink(redis, hostsOfHolder);
        serve();
    }

    private void addBehindLink(RealRedis redis, URI... hosts) {
        Link link = new Link(redis.port());
        links.add(link);
        add(List.of(hosts), "--spring.data.redis.host=127.0.0.1", "--spring.data.redis.port=" + link.port());
    }

    /** Returns the replica that fetches the next token, for scenarios that need to know which one: the last. */
    ReplicaProcess holder() {
        return all.get(all.size() - 1);
    }

    /** Returns all replicas but the holder. */
    List<ReplicaProcess> others() {
        return all.subList(0, all.size() - 1);
    }

    /** Returns the holder's link to Redis. */
    Link linkOfHolder() {
        return links.get(links.size() - 1);
    }

    /**
     * Makes the holder do the next refresh now. The others are not notified of it in time to claim it.
     *
     * @return the time of the order, before the claim
     */
    Instant hastenByHolder() {
        awaitSettled();
        holdLinksOfOthers();
        Instant asked = Instant.now();
        hasten(holder());
        return asked;
    }

    /**
     * Makes the holder do the planned refresh: the others cannot claim it.
     *
     * @return the planned time, before the claim
     */
    Instant refreshByHolder() {
        Instant planned = holder().nextRefresh();
        pass(Duration.between(Instant.now(), planned.minusSeconds(1)));
        assertThat(holder().nextRefresh()).as("planned refresh").isEqualTo(planned);
        holdLinksOfOthers();
        return planned;
    }

    private void holdLinksOfOthers() {
        links.subList(0, links.size() - 1).forEach(Link::hold);
    }

    /** Restores the connections of all replicas to Redis. */
    void releaseLinks() {
        links.forEach(Link::release);
    }

    /** Waits until all replicas serve the first token and starts a load. Later tokens live for two hours. */
    void serve() {
        all.forEach(this::awaitToken);
        assertThat(mints()).as("one for all of them").isEqualTo(1);
        account.tokenLife(LONG_LIFE);
        load = new Load(wechat, all);
    }

    private void awaitToken(ReplicaProcess replica) {
        replica.url();
        until(Duration.ofSeconds(60), "first token", () -> replica.version() > 0);
    }

    /** Waits until the previous overlap is over, so that a reported token in doubt is replaced at once. */
    void awaitSettled() {
        Instant settled = lastMint().plus(OVERLAP).plusSeconds(1);
        pass(Duration.between(Instant.now(), settled));
    }

    /**
     * Makes a replica do the next refresh now: it receives a report that WeChat refuses the token, and its probe of
     * the token fails.
     */
    void hasten(ReplicaProcess replica) {
        wechat.faults().on(CallKind.PROBE).next(Fault.UNHEARD_OF_ERRCODE, 1);
        replica.report();
    }

    /** Makes a fault strike the next token call and delays WeChat's answer to every later one. */
    void inject(Fault fault) {
        wechat.faults().slowness(TELLS_AFTER).on(CallKind.TOKEN).next(fault, 1).always(Fault.SLOW_ANSWER);
    }

    /** Returns the number of tokens that WeChat has minted. */
    int mints() {
        return wechat.journal().mints(APPID);
    }

    /** Returns the time of the last mint. */
    Instant lastMint() {
        return wechat.journal()
                .calls(call -> call.kind() == CallKind.TOKEN && call.minted())
                .get(mints() - 1)
                .time();
    }

    /** Waits until some replicas serve the token that WeChat minted last, for at most five seconds. */
    void agree(List<ReplicaProcess> replicas) {
        Instant from = Instant.now();
        until(Duration.ofSeconds(5), "same token everywhere", () -> {
            String newest = account.current().orElseThrow().token();
            return replicas.stream()
                            .allMatch(replica -> newest.equals(
                                    replica.json("/token").path("access_token").asString("")))
                    && replicas.stream().map(ReplicaProcess::version).distinct().count() == 1;
        });
        System.out.printf("the same token everywhere after %s%n", Duration.between(from, Instant.now()));
    }

    /**
     * Waits for another replica to take over from the holder; returns the time of its mint. The holder's claim
     * expires earlier but the token is served through the overlap. The holder may have had another token minted, in
     * which case the next mint ends the served one at once.
     */
    Instant awaitTakeover(Instant claimed) {
        int before = mints();
        until(OVERLAP.plus(PROMPT), "other replica that takes over", () -> mints() > before);
        Instant taken = lastMint();
        assertThat(Duration.between(claimed, taken))
                .as("the overlap since the claim is over")
                .isBetween(OVERLAP, OVERLAP.plus(PROMPT));
        agree(others());
        return taken;
    }

    /**
     * Waits for the refresh that is due once the overlap is over. It is needed because the holder's request may have
     * reached WeChat after that of the replica that took over.
     */
    void awaitRecheck(Instant taken) {
        int before = mints();
        until(OVERLAP.plus(PROMPT), "refresh to be sure", () -> mints() > before);
        // The overlap counts from the claim, a moment before the mint.
        assertThat(Duration.between(taken, lastMint())).isBetween(OVERLAP.minusSeconds(2), OVERLAP.plus(PROMPT));
        agree(all);
    }

    /** Asserts that no further refresh is due for a long time. */
    void assertSettled() {
        all.forEach(replica ->
                assertThat(replica.nextRefresh()).isAfter(Instant.now().plus(Duration.ofHours(1))));
    }

    /**
     * Ends the load and asserts that the given replicas answered every request with a token and that no caller
     * received a dead one.
     */
    void assertNobodyNoticed(List<ReplicaProcess> undisturbed, String scenario) {
        load.close();
        List<Load.Dead> dead = load.dead();
        System.out.printf(
                "%s: %d tokens served, %d of them dead, %d mints; unserved, and longest wait: %s%n",
                scenario,
                load.served(),
                dead.size(),
                mints(),
                all.stream()
                        .map(replica -> replica + " " + load.unserved(replica).size() + " " + load.longestWait(replica))
                        .toList());
        assertThat(dead).as(scenario).isEmpty();
        undisturbed.forEach(
                replica -> assertThat(load.unserved(replica)).as(scenario).isEmpty());
    }

    /** Waits for a restarted replica to be ready. */
    void awaitReady(ReplicaProcess replica) {
        replica.url();
        until(Duration.ofSeconds(20), "readiness", replica::isReady);
    }

    /** Polls until a condition is met. */
    void until(Duration within, String what, BooleanSupplier condition) {
        CompletableFuture<Void> met = new CompletableFuture<>();
        ScheduledFuture<?> poller = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        if (condition.getAsBoolean()) {
                            met.complete(null);
                        }
                    } catch (RuntimeException | AssertionError e) {
                        met.completeExceptionally(e);
                    }
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
        try {
            met.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(e -> {
                        throw new AssertionError("no " + what + " within " + within + "; " + mints() + " mints", e);
                    })
                    .join();
        } finally {
            poller.cancel(false);
        }
    }

    /** Waits for the given time. On a busy machine it may have passed before: then it is negative. */
    void pass(Duration time) {
        if (time.isNegative()) {
            return;
        }
        Instant end = Instant.now().plus(time);
        until(time.plusSeconds(10), "end of " + time, () -> !Instant.now().isBefore(end));
    }

    @Override
    public void close() {
        all.forEach(ReplicaProcess::close);
        links.forEach(Link::close);
        timer.shutdownNow();
        load.close();
        wechat.close();
    }
}
