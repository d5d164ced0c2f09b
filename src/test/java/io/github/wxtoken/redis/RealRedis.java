package io.github.wxtoken.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import redis.embedded.RedisServer;

/** A real Redis on loopback, that keeps nothing on disk. */
public final class RealRedis implements AutoCloseable {

    private final int port;
    private RedisServer server;

    /** Starts one, with further lines of its configuration. */
    public RealRedis(String... settings) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server = started(settings);
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Stops it; what it held is lost. */
    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again, empty. */
    public void startAgain(String... settings) {
        server = started(settings);
    }

    private RedisServer started(String... settings) {
        try {
            var builder = RedisServer.newRedisServer()
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
