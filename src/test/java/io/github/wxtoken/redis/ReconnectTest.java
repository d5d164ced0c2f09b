package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.TokenKey;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a server whose connections to Redis stay open but are of no use, while new ones would work. The tests that wait
 * until a token may be replaced again belong to {@code processes}.
 */
class ReconnectTest {

    private static final Duration NODE_IN_USE = Duration.ofSeconds(10);
    private static final Duration TOKEN_REPLACED = Duration.ofSeconds(15);
    private static final String RECORD = RedisKeys.record(TokenKey.accessToken(RunningServer.APPID));

    private final WeChatSimulator wechat = WeChatSimulator.builder()
            // Redis cannot follow a simulated clock.
            .clock(InstantSource.system())
            .start();
    private final Account account = wechat.account(RunningServer.APPID, RunningServer.SECRET);
    private final RedisClient client = RedisClient.create();

    @AfterEach
    void stop() {
        client.shutdown();
        wechat.close();
    }

    /** As managed services and Kubernetes do it: the demoted primary keeps the connections of its clients. */
    @Tag("processes")
    @Test
    void aPromotedNodeBehindTheSameAddressIsUsed() {
        try (RealRedis first = new RealRedis();
                RealRedis second = new RealRedis("replicaof 127.0.0.1 " + first.port());
                Link link = new Link(first.port());
                RunningServer server = server(link)) {
            String token = agedToken(server);
            RedisCommands<String, String> promoted = admin(second);
            until(NODE_IN_USE, () -> promoted.exists(RECORD) == 1);

            promoted.replicaofNoOne();
            link.redirect(second.port());
            admin(first).replicaof("127.0.0.1", second.port());
            account.kill();

            untilReplaced(server, token);
            until(NODE_IN_USE, () -> subscribers(promoted) == 1);
            assertUndisturbed(server);
        }
    }

    /** A poll notices it: a planned refresh must not wait for that. */
    @Test
    void aDemotedNodeIsLeftBeforeAnythingIsWritten() {
        try (RealRedis first = new RealRedis();
                RealRedis second = new RealRedis("replicaof 127.0.0.1 " + first.port());
                Link link = new Link(first.port());
                RunningServer server = server(link, "--wxtoken.refresh.watchdog=0s")) {
            String token = server.token();
            RedisCommands<String, String> promoted = admin(second);
            until(NODE_IN_USE, () -> promoted.exists(RECORD) == 1);
            String revision = promoted.hget(RECORD, "revision");

            promoted.replicaofNoOne();
            link.redirect(second.port());
            admin(first).replicaof("127.0.0.1", second.port());

            until(NODE_IN_USE, () -> subscribers(promoted) == 1);
            server.getUntil("/actuator/health", ReconnectTest::isUp);
            assertThat(promoted.hget(RECORD, "revision")).isEqualTo(revision);
            assertThat(server.token()).isEqualTo(token);
            assertThat(account.issued()).isEqualTo(1);
        }
    }

    /** Its client knew the node that takes over but was not redirected to it before. */
    @Tag("processes")
    @Test
    void aSlotThatMovesToAnotherNodeOfAClusterIsFollowed(@TempDir Path directory) {
        int slot = SlotHash.getSlot(RedisKeys.CHANGES);
        try (RealRedis first = RealRedis.inCluster(directory);
                RealRedis second = RealRedis.inCluster(directory)) {
            RedisCommands<String, String> from = admin(first);
            RedisCommands<String, String> to = admin(second);
            from.clusterAddSlots(slot);
            to.clusterMeet("127.0.0.1", first.port());
            until(NODE_IN_USE, () -> Stream.of(from, to)
                    .map(RedisCommands::clusterInfo)
                    .allMatch(info -> info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:2")));
            try (RunningServer server = RunningServer.start(
                    wechat, "--wxtoken.store=redis", "--spring.data.redis.cluster.nodes=127.0.0.1:" + first.port())) {
                String token = agedToken(server);

                to.clusterSetSlotImporting(slot, from.clusterMyId());
                from.clusterSetSlotMigrating(slot, to.clusterMyId());
                for (String key : from.clusterGetKeysInSlot(slot, 10)) {
                    from.migrate("127.0.0.1", second.port(), key, 0, 1000);
                }
                to.clusterSetSlotNode(slot, to.clusterMyId());
                // The other node learns of it by itself; it is not needed any more.
                first.stop();
                account.kill();

                untilReplaced(server, token);
                until(NODE_IN_USE, () -> subscribers(to) == 1);
                assertUndisturbed(server);
            }
        }
    }

    @Tag("processes")
    @Test
    void aHostThatFallsSilentIsConnectedAnew() {
        try (RealRedis redis = new RealRedis();
                Link link = new Link(redis.port());
                RunningServer server = server(link)) {
            String token = agedToken(server);

            link.silenceOpenConnections();
            account.kill();

            untilReplaced(server, token);
            RedisCommands<String, String> admin = admin(redis);
            until(NODE_IN_USE, () -> subscribers(admin) == 2);
            assertUndisturbed(server);
        }
    }

    @Test
    void aSubscriptionThatFallsSilentIsRepeated() {
        try (RealRedis redis = new RealRedis();
                Link link = new Link(redis.port());
                RunningServer server = server(link, "--wxtoken.refresh.watchdog=0s")) {
            String token = server.token();
            RedisCommands<String, String> admin = admin(redis);
            until(NODE_IN_USE, () -> subscribers(admin) == 1);

            link.silenceSubscriptions();

            until(NODE_IN_USE, () -> {
                admin.incr(RedisKeys.CHANGES);
                return subscribers(admin) == 2;
            });
            server.getUntil("/actuator/health", ReconnectTest::isUp);
            assertThat(server.token()).isEqualTo(token);
            assertThat(account.issued()).isEqualTo(1);
        }
    }

    @Test
    void keepAliveIsPromptAndTheConfiguredConnectTimeoutStays() {
        ClientOptions.Builder options = ClientOptions.builder()
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(3))
                        .build());
        new RedisConfiguration().promptKeepAlive().customize(options);
        SocketOptions sockets = options.build().getSocketOptions();
        assertThat(sockets.getConnectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(sockets.isKeepAlive()).isTrue();
        assertThat(sockets.getKeepAlive().getIdle()).isEqualTo(Duration.ofSeconds(5));
    }

    /** Reports the token until another one is served. */
    private static void untilReplaced(RunningServer server, String token) {
        until(TOKEN_REPLACED, () -> {
            Answer answer = server.report(token);
            return answer.status() == 200
                    && !answer.json().path("access_token").asString(token).equals(token);
        });
    }

    private void assertUndisturbed(RunningServer server) {
        server.getUntil("/actuator/health", ReconnectTest::isUp);
        assertThat(account.issued()).as("the first token and its replacement").isEqualTo(2);
        assertThat(server.token()).isEqualTo(account.current().orElseThrow().token());
    }

    private static boolean isUp(Answer health) {
        return health.json().path("status").asString().equals("UP");
    }

    private static long subscribers(RedisCommands<String, String> redis) {
        return redis.pubsubNumsub(RedisKeys.CHANNEL).getOrDefault(RedisKeys.CHANNEL, 0L);
    }

    /** Returns the token when it is old enough to be replaced: none is minted within 5 seconds of the last one. */
    private static String agedToken(RunningServer server) {
        String token = server.token();
        int fresh = expiresIn(server.get("/token"));
        server.getUntil("/token", answer -> expiresIn(answer) < fresh - 6);
        return token;
    }

    private static int expiresIn(Answer answer) {
        return answer.json().path("expires_in").asInt();
    }

    private RedisCommands<String, String> admin(RealRedis redis) {
        return client.connect(RedisURI.create("127.0.0.1", redis.port())).sync();
    }

    private RunningServer server(Link link, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--wxtoken.store=redis",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + link.port()));
        all.addAll(List.of(arguments));
        return RunningServer.start(wechat, all.toArray(String[]::new));
    }

    private static void until(Duration within, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(within);
            LockSupport.parkNanos(10_000_000);
        }
        System.out.printf("condition met after %s%n", Duration.ofNanos(System.nanoTime() - begin));
    }
}
