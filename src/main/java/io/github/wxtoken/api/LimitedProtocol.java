package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.ClientLimits;
import io.github.wxtoken.support.RepeatedTask;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 protocol with small buffers, for many connections, and with limits that Tomcat does not have:
 *
 * <ul>
 *   <li>Connections, as {@link ClientLimits} describes. A connection without a key may also carry few requests and not
 *       be idle for long. It counts by its caller as soon as a request on it has shown a key.
 *   <li>The time in which a request head must arrive. Tomcat's own timeout applies between two packets, so a client
 *       that sends a byte every few seconds could hold a connection for hours.
 *   <li>Clients that disconnect while they wait. Tomcat does not read from a connection during an asynchronous request,
 *       so it would notice only when it writes the answer. A client that closes its sending side counts as one.
 * </ul>
 *
 * <p>A sweep checks all connections once a second. A connection with HTTP/2 counts by its network until it is closed.
 * Public because Tomcat instantiates it by name.
 */
public final class LimitedProtocol extends Http11NioProtocol {

    /** The time within which a request head must arrive, counted from its first byte. */
    private static final long HEAD_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long a connection without a key may be idle between two requests. */
    private static final long IDLE_MILLIS = TimeUnit.SECONDS.toMillis(5);

    /** The interval at which connections of waiting calls are checked. A check is a read from the socket. */
    private static final int SWEEPS_PER_CHECK = 3;

    /**
     * The size of each connection buffer. Most connections are idle or long polls. Tomcat's default is 8 KB; answers to
     * callers fit into a quarter of that, and longer data is read and written in pieces.
     */
    private static final int BUFFER_BYTES = 2 * 1024;

    /** The size of the buffers of a connection on which a caller has sent a large body. A read is a system call. */
    private static final int BODY_BUFFER_BYTES = 16 * 1024;

    /** The note of a request that holds its connection. Tomcat uses lower numbers itself. */
    private static final int CONNECTION = 31;

    private final LimitedEndpoint endpoint;
    private @Nullable ScheduledFuture<?> sweeping;
    private long sweeps;

    /**
     * Creates the protocol. Restricts chunk extensions and trailers: they have no use and are read without a deadline.
     */
    public LimitedProtocol() {
        this(new LimitedEndpoint());
    }

    private LimitedProtocol(LimitedEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        setMaxExtensionSize(0);
        setMaxTrailerSize(512);
        endpoint.getSocketProperties().setAppReadBufSize(BUFFER_BYTES);
        endpoint.getSocketProperties().setAppWriteBufSize(BUFFER_BYTES);
        // Tomcat would reuse the buffers of closed connections, also larger ones.
        endpoint.getSocketProperties().setBufferPool(0);
    }

    /** Sets the limits and the number of connections. Without this call there are none. */
    void limit(ClientLimits policy, int connections) {
        endpoint.limit(policy);
        setMaxConnections(connections);
    }

    /**
     * Records that a request has shown a caller's key, so that its connection counts by the caller. Prepares the
     * connection for a large body. Must be called by the thread that serves the request.
     */
    static void keyShown(Request request, Caller caller) {
        if (!(request.getNote(CONNECTION) instanceof Connection connection)) {
            return;
        }
        if (connection.endpoint.isWithoutKey(connection.channel)) {
            connection.endpoint.keyShown(connection.socket, connection.channel, caller);
        }
        if (request.getContentLengthLong() > BODY_BUFFER_BYTES) {
            connection.socket.getSocketBufferHandler().expand(BODY_BUFFER_BYTES);
        }
    }

    /** Closes the connection of a client. */
    void close(String address, int port) {
        endpoint.getConnections().stream()
                // A connection that is already closed has no address.
                .filter(connection -> connection.getRemotePort() == port && address.equals(connection.getRemoteAddr()))
                .forEach(SocketWrapperBase::close);
    }

    /** Returns the size above which a response is committed and sent in pieces. */
    @Override
    public int getDesiredBufferSize() {
        return BUFFER_BYTES;
    }

    @Override
    public void start() throws Exception {
        super.start();
        sweeping = getUtilityExecutor()
                .scheduleWithFixedDelay(
                        new RepeatedTask("The check of connections", this::sweep), 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (sweeping != null) {
            sweeping.cancel(false);
        }
        super.stop();
    }

    @Override
    protected Processor createProcessor() {
        return new LimitedProcessor();
    }

    private void sweep() {
        long now = System.nanoTime();
        boolean check = ++sweeps % SWEEPS_PER_CHECK == 0;
        for (SocketWrapperBase<NioChannel> connection : endpoint.getConnections()) {
            Lock lock = connection.getLock();
            // A thread that holds the lock is reading; the next sweep checks this connection.
            if (lock.tryLock()) {
                try {
                    if (!connection.isClosed()) {
                        sweep(connection, now, check);
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void sweep(SocketWrapperBase<NioChannel> connection, long now, boolean check) {
        // Without a thread on the connection, Tomcat keeps a processor with it only between the packets of a head or
        // during an asynchronous request.
        if (!(connection.getCurrentProcessor() instanceof Processor processor)) {
            if (isIdleWithoutKey(connection)) {
                connection.close();
            }
        } else if (processor.isUpgrade()) {
            // HTTP/2 has limits of its own.
            return;
        } else if (!processor.isAsync()) {
            long start = processor.getRequest().getStartTimeNanos();
            if (start > 0 && now - start > HEAD_NANOS) {
                connection.close();
            }
        } else if (check && isDisconnected(connection)) {
            connection.setError(new EOFException());
            connection.processSocket(SocketEvent.ERROR, true);
        }
    }

    private boolean isIdleWithoutKey(SocketWrapperBase<NioChannel> connection) {
        // A request that waits for a thread is not read yet, but the connection is no longer polled for it.
        return connection instanceof NioSocketWrapper idle
                && idle.interestOpsHas(SelectionKey.OP_READ)
                && System.currentTimeMillis() - idle.getLastRead() > IDLE_MILLIS
                && endpoint.isWithoutKey(connection.getSocket().getIOChannel());
    }

    /** Reads one byte without blocking. A byte of a next request goes back. */
    private static boolean isDisconnected(SocketWrapperBase<NioChannel> connection) {
        byte[] one = new byte[1];
        try {
            int read = connection.read(false, one, 0, 1);
            if (read > 0) {
                connection.unRead(ByteBuffer.wrap(one));
            }
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** The connection of a request. */
    private record Connection(LimitedEndpoint endpoint, SocketWrapperBase<?> socket, SocketChannel channel) {}

    /** Leaves a note of its connection with each request, and accepts underscores in host names. */
    private final class LimitedProcessor extends Http11Processor {

        LimitedProcessor() {
            super(LimitedProtocol.this, LimitedProtocol.this.getAdapter());
        }

        @Override
        public SocketState service(SocketWrapperBase<?> socket) throws IOException {
            Connection counted = null;
            if (socket.getSocket() instanceof NioChannel nio) {
                // Read once: another thread may close the connection.
                SocketChannel channel = nio.getIOChannel();
                counted = channel == null ? null : new Connection(endpoint, socket, channel);
            }
            getRequest().setNote(CONNECTION, counted);
            return super.service(socket);
        }

        /**
         * Parses the host. Tomcat rejects names with underscores, which services of Docker Compose and upstreams of nginx
         * often have. So it checks the name with letters in their place.
         */
        @Override
        protected void parseHost(@Nullable MessageBytes host) {
            if (host == null || host.isNull() || host.getByteChunk().indexOf('_', 0) < 0) {
                super.parseHost(host);
                return;
            }
            String text = host.toString();
            byte[] checked = HostNames.withoutUnderscores(text).getBytes(StandardCharsets.ISO_8859_1);
            MessageBytes letters = MessageBytes.newInstance();
            letters.setBytes(checked, 0, checked.length);
            super.parseHost(letters);
            if (!getErrorState().isError()) {
                MessageBytes name = getRequest().serverName();
                name.setString(text.substring(0, name.getLength()));
            }
        }
    }
}
