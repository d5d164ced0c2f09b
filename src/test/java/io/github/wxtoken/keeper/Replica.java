package io.github.wxtoken.keeper;

import io.github.wxtoken.simulator.Platform;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Instants;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A replica of a {@link Cluster}. It can be paused, killed and cut off from the store. For a single thread. */
final class Replica {

    private final String name;
    private final Duration skew;
    private final ManualScheduler time;
    private final Random random;
    private final Faults faults;
    private final @Nullable Rule missing;
    private final ModelStore store;
    private final Platform platform;
    private final Observer observer;
    private ReplicaTimer timer;
    private StoreLink link;
    private TokenKeeper keeper;
    private Instant cutUntil;
    private int starts;

    Replica(
            String name,
            Duration skew,
            ManualScheduler time,
            Random random,
            Faults faults,
            @Nullable Rule missing,
            ModelStore store,
            Platform platform,
            Observer observer) {
        this.name = name;
        this.skew = skew;
        this.time = time;
        this.random = random;
        this.faults = faults;
        this.missing = missing;
        this.store = store;
        this.platform = platform;
        this.observer = observer;
        this.cutUntil = time.instant();
        create();
    }

    private void create() {
        timer = new ReplicaTimer(time, skew);
        link = new StoreLink(time, timer, store, random, missing, faults.share());
        link.cut(Duration.between(time.instant(), cutUntil));
        String owner = name + "." + starts++;
        StoreLink mine = link;
        ReplicaWeChat wechat = new ReplicaWeChat(
                time, timer, platform, random, faults, observer, this::kill, missing, () -> mine.isOvertaken(owner));
        Account account = new Account("main", ReplicaWeChat.APPID, Api.CLASSIC, Set.of(), 2000);
        keeper = new TokenKeeper(
                new Accounts(List.of(account)),
                link,
                wechat,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ofMinutes(1)),
                timer,
                timer,
                random,
                owner,
                List.of(new EveryEvent(this::happened)));
    }

    /** Forwards all events but {@code Probed}: the watchdog's probes never end and have no effect by themselves. */
    private void happened(TokenEvent event) {
        if (!(event instanceof TokenEvent.Probed)) {
            observer.event();
        }
    }

    void start() {
        keeper.start();
    }

    boolean runs() {
        return !timer.killed() && !timer.paused();
    }

    /** Returns whether the replica is well and its token needs no refresh within a minute. */
    boolean isCalm() {
        TokenStatus status = keeper.status(ReplicaWeChat.KEY);
        TokenRecord record = status.record();
        return runs()
                && !link.isCut()
                && record.current() != null
                && record.claim() == null
                && record.doubt() == null
                && record.failure() == null
                && status.storeTrouble() == null
                && status.nextRefresh().isAfter(store.now().plusSeconds(60));
    }

    long version() {
        return keeper.status(ReplicaWeChat.KEY).record().version();
    }

    @Nullable
    ServedToken served() {
        return keeper.status(ReplicaWeChat.KEY).served();
    }

    /** Cuts the replica off from the store, even if it restarts meanwhile. */
    void cut(Duration length) {
        cutUntil = Instants.later(cutUntil, time.instant().plus(length));
        link.cut(length);
    }

    void pause(Duration length) {
        timer.pause(length);
    }

    /** Kills the replica and restarts it within a minute. */
    void kill() {
        if (timer.killed()) {
            return;
        }
        observer.event();
        timer.kill();
        link.close();
        time.schedule(
                () -> {
                    create();
                    start();
                },
                1 + random.nextInt(60),
                TimeUnit.SECONDS);
    }

    /** Observes the replicas from outside. */
    interface Observer {
        /** Called when something happens that may affect a token. */
        void event();

        /** Called when a replica begins a fetch. */
        void fetching();

        /** Called when WeChat mints a token. */
        void minted();

        /** Called when WeChat accepts a token in a probe. */
        void accepted(String value);
    }
}
