package io.github.wxtoken.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * A real Redis on loopback without persistence. The environment variable {@code EMBEDDED_REDIS_EXECUTABLE} can name
 * another binary than Maven's: a newer Redis or Valkey.
 */
public final class RealRedis implements AutoCloseable {

    private static final ExecutableProvider BINARY =
            System.getenv(ExecutableProvider.ENVIRONMENT_EXECUTABLE_LOCATION) == null
                    ? ExecutableProvider.newJarResourceProvider()
                    : ExecutableProvider.newEnvironmentVariableProvider();

    /** The number that is added to the port of a node for its connections to other nodes. */
    private static final int CLUSTER_BUS = 10_000;

    private final int port;
    private RedisServer server;

    /** Starts a Redis with additional configuration lines. */
    public RealRedis(String... settings) {
        this(BINARY, settings);
    }

    private RealRedis(ExecutableProvider binary, String... settings) {
        this(binary, freePort(), settings);
    }

    private RealRedis(ExecutableProvider binary, int port, String... settings) {
        this.port = port;
        server = started(binary, settings);
    }

    /** Returns a free port on loopback. */
    static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a Redis that is too old for wxtoken. Available are 2.8.19 and 6.0.5, for Linux on x86-64. */
    static RealRedis old(String version, String... settings) {
        return new RealRedis(
                ExecutableProvider.newJarResourceProvider(
                        Map.of(OsArchitecture.UNIX_x86_64, "/redis-server-" + version)),
                settings);
    }

    /** Starts a node of a Cluster, which needs to meet the others and to be assigned slots. */
    static RealRedis inCluster(Path directory) {
        int port = freePort();
        while (port + CLUSTER_BUS > 65535) {
            port = freePort();
        }
        return new RealRedis(
                BINARY,
                port,
                "cluster-enabled yes",
                "cluster-config-file " + directory.resolve(port + ".conf"),
                "cluster-node-timeout 2000",
                // A test assigns only the slot that it uses.
                "cluster-require-full-coverage no");
    }

    /** Returns the port that it listens on. */
    public int port() {
        return port;
    }

    /** Stops it and loses its data. */
    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again, empty. One that was too old is replaced by a newer one. */
    public void startAgain(String... settings) {
        server = started(BINARY, settings);
    }

    private RedisServer started(ExecutableProvider binary, String... settings) {
        try {
            var builder = RedisServer.newRedisServer()
                    .executableProvider(binary)
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no");
            for (String setting : settings) {
                builder.setting(setting);
            }
            RedisServer started = builder.build();
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
