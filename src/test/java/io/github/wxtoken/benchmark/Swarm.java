package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Many connections that all ask the same at once, and are kept. For one thread. */
final class Swarm implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private final Selector selector = Selector.open();
    private final List<SelectionKey> connections = new ArrayList<>();

    /** How many answers have not come yet. */
    private int awaited;

    /** Connects so many times. Each asks once, one after the other, for the server closes what says nothing. */
    Swarm(InetSocketAddress server, int size) throws IOException {
        for (int i = 0; i < size; i++) {
            SocketChannel socket = SocketChannel.open(server);
            Exchange.of(socket, Bench.GET);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.configureBlocking(false);
            connections.add(socket.register(selector, 0));
        }
    }

    /**
     * Sends a request on each connection, and waits for all answers.
     *
     * @return the time from the first request to the last answer
     * @throws Unable when one is answered with another status, or not at all
     */
    Duration ask(String request, int status) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        ByteBuffer buffer = ByteBuffer.allocateDirect(16 * 1024);
        long start = System.nanoTime();
        int sent = 0;
        for (SelectionKey connection : connections) {
            SocketChannel socket = (SocketChannel) connection.channel();
            if (socket.write(bytes.rewind()) < bytes.capacity()) {
                throw new Unable("a request of " + bytes.capacity() + " bytes does not fit into a socket");
            }
            connection.attach(new Exchange());
            connection.interestOps(SelectionKey.OP_READ);
            awaited++;
            // What has been answered meanwhile, so that the server is not held up.
            if (++sent % 64 == 0) {
                selector.selectNow(key -> take(key, buffer, status));
            }
        }
        while (awaited > 0) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new Unable(awaited + " requests were never answered");
            }
            selector.select(key -> take(key, buffer, status), 1000);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void take(SelectionKey connection, ByteBuffer buffer, int status) {
        Exchange exchange = (Exchange) connection.attachment();
        try {
            if (((SocketChannel) connection.channel()).read(buffer.clear()) < 0) {
                throw new Unable("a connection was closed");
            }
        } catch (IOException e) {
            throw new Unable("a connection broke: " + e.getMessage());
        }
        exchange.add(buffer.flip());
        if (exchange.isComplete()) {
            connection.interestOps(0);
            awaited--;
            if (exchange.status() != status) {
                throw new Unable("answered with " + exchange.status() + " instead of " + status);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey connection : connections) {
            connection.channel().close();
        }
        selector.close();
    }
}
