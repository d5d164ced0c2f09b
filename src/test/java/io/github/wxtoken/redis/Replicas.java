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

/** Three replicas as processes, with a WeChat, under load: what all scenarios have in common. */
final class Replicas implements AutoCloseable {

    private static final Duration LONG_LIFE = Duration.ofHours(2);

    /**
     * How long WeChat takes the old token after a refresh, as the replicas are told; in truth it is more. It is longer than
     * a claim, which keeps others away for 30 s.
     */
    static final Duration OVERLAP = Duration.ofSeconds(35);

    /** How soon what is due is done, on a machine that may have other things to do. */
    private static final Duration PROMPT = Duration.ofSeconds(10);

    /** How long a token that a mint ends at once has been dead before the replicas hear of the new one. */
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

    /** Begins to start one, with the hosts of WeChat that it is to try before the real ones. */
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
     * Starts three that share a Redis, and waits until they serve. Where the holder has hosts to try before the real ones, the
     * others have to fetch the first token.
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

    /** The one by which the next token is fetched, where a scenario needs to know by whom: the last. */
    ReplicaProcess holder() {
        return all.get(all.size() - 1);
    }

    /** All but the holder. */
    List<ReplicaProcess> others() {
        return all.subList(0, all.size() - 1);
    }

    /** The way of the holder to its Redis. */
    Link linkOfHolder() {
        return links.get(links.size() - 1);
    }

    /**
     * Has the next refresh done now, by the holder: the others do not hear of it before they could claim it.
     *
     * @return when that was; it is claimed after that
     */
    Instant hastenByHolder() {
        awaitSettled();
        holdLinksOfOthers();
        Instant asked = Instant.now();
        hasten(holder());
        return asked;
    }

    /**
     * Has the refresh that is planned done by the holder: the others cannot claim it.
     *
     * @return when it is planned; it is claimed after that
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

    /** Lets all hear from Redis again. */
    void releaseLinks() {
        links.forEach(Link::release);
    }

    /** Waits until all of them serve the first token, and begins a load; what is fetched later lives for two hours. */
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

    /** Waits until a token that is reported, and may be dead or not, is replaced at once: the overlap before it is over. */
    void awaitSettled() {
        Instant settled = lastMint().plus(OVERLAP).plusSeconds(1);
        pass(Duration.between(Instant.now(), settled));
    }

    /** Has the next refresh done now, by a replica: it is told that WeChat refuses the token, and cannot have WeChat asked. */
    void hasten(ReplicaProcess replica) {
        wechat.faults().on(CallKind.PROBE).next(Fault.UNHEARD_OF_ERRCODE, 1);
        replica.report();
    }

    /** Has the next call for a token struck by a fault; and WeChat takes its time to tell of each token after that. */
    void strike(Fault fault) {
        wechat.faults().slowness(TELLS_AFTER).on(CallKind.TOKEN).next(fault, 1).always(Fault.SLOW_ANSWER);
    }

    /** How many tokens WeChat has minted. */
    int mints() {
        return wechat.journal().mints(APPID);
    }

    /** When the last one was minted. */
    Instant lastMint() {
        return wechat.journal()
                .calls(call -> call.kind() == CallKind.TOKEN && call.minted())
                .get(mints() - 1)
                .time();
    }

    /** Waits for some replicas to serve the token that WeChat minted last, for which they have five seconds. */
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
     * Waits for another replica to take over from the holder; gives the time of its mint. Though the claim of the holder has
     * run out before, the token is served through the overlap: the holder may have had another one minted, and then the next
     * mint ends it at once.
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
     * Waits for the refresh that is due once the overlap is over, because the request of the holder may have reached WeChat
     * after that of who took over.
     */
    void awaitRecheck(Instant taken) {
        int before = mints();
        until(OVERLAP.plus(PROMPT), "refresh to be sure", () -> mints() > before);
        // The overlap is reckoned from the claim, a moment before the mint.
        assertThat(Duration.between(taken, lastMint())).isBetween(OVERLAP.minusSeconds(2), OVERLAP.plus(PROMPT));
        agree(all);
    }

    /** Nothing more is due for a long time. */
    void assertSettled() {
        all.forEach(replica ->
                assertThat(replica.nextRefresh()).isAfter(Instant.now().plus(Duration.ofHours(1))));
    }

    /** Ends the load, of which some replicas must have answered all, and nobody must have got a dead token. */
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

    /** Waits for a replica that was started again to be ready. */
    void awaitReady(ReplicaProcess replica) {
        replica.url();
        until(Duration.ofSeconds(20), "readiness", replica::isReady);
    }

    /** Looks again and again until something is so. */
    void until(Duration within, String what, BooleanSupplier condition) {
        CompletableFuture<Void> met = new CompletableFuture<>();
        ScheduledFuture<?> looking = timer.scheduleWithFixedDelay(
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
            looking.cancel(false);
        }
    }

    /** Lets time pass. */
    void pass(Duration time) {
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
