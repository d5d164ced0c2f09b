package io.github.wxtoken.api;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 protocol with small buffers, for many connections, and a deadline for request heads. Tomcat's own
 * timeout applies between two packets. A client that sends a byte every few seconds could hold a connection for hours,
 * and a few thousand such connections would block all other clients.
 *
 * <p>Public because Tomcat instantiates it by name.
 */
public final class HeadDeadlineProtocol extends Http11NioProtocol {

    /** The time within which a request head must arrive, counted from its first byte. */
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * The size of each connection buffer. Most connections are idle or long polls. Tomcat's default is 8 KB; answers to
     * callers fit into a quarter of that, and longer data is read and written in pieces.
     */
    private static final int BUFFER_BYTES = 2 * 1024;

    private @Nullable ScheduledFuture<?> sweeping;

    /**
     * Creates the protocol. Restricts chunk extensions and trailers: they have no use and are read without a deadline.
     */
    public HeadDeadlineProtocol() {
        setMaxExtensionSize(0);
        setMaxTrailerSize(512);
        getEndpoint().getSocketProperties().setAppReadBufSize(BUFFER_BYTES);
        getEndpoint().getSocketProperties().setAppWriteBufSize(BUFFER_BYTES);
    }

    /** Returns the size above which a response is committed and sent in pieces. */
    @Override
    public int getDesiredBufferSize() {
        return BUFFER_BYTES;
    }

    @Override
    public void start() throws Exception {
        super.start();
        sweeping = getUtilityExecutor().scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (sweeping != null) {
            sweeping.cancel(false);
        }
        super.stop();
    }

    private void sweep() {
        long now = System.nanoTime();
        for (SocketWrapperBase<?> connection : getEndpoint().getConnections()) {
            Lock lock = connection.getLock();
            // A thread that holds the lock is reading; the next sweep checks this connection.
            if (lock.tryLock()) {
                try {
                    if (isLate(connection, now)) {
                        connection.close();
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /**
     * Returns whether a request head is late. Without a thread on the connection, Tomcat keeps a processor with it only
     * between the packets of a head or during an asynchronous request.
     */
    private static boolean isLate(SocketWrapperBase<?> connection, long now) {
        if (!(connection.getCurrentProcessor() instanceof Processor processor) || processor.isAsync()) {
            return false;
        }
        long start = processor.getRequest().getStartTimeNanos();
        return start > 0 && now - start > DEADLINE_NANOS;
    }
}
