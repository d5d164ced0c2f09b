package io.github.wxtoken.api;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 for many connections: with small buffers, and with a deadline for the head of a request. Tomcat's own
 * time-out is between two packets, so whoever sends a byte every few seconds could keep a connection for hours, and some
 * thousands of them would keep everybody out.
 *
 * <p>Public, because Tomcat creates it by its name.
 */
public final class HeadDeadlineProtocol extends Http11NioProtocol {

    /** How long the head of a request may take to arrive, from its first byte. */
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * The size of each buffer of a connection, most of which wait for their next request or for word of a new token. Tomcat
     * takes 8 KB; the answers to callers fit into a quarter of it, and what is longer is read and written in pieces.
     */
    private static final int BUFFER_BYTES = 2 * 1024;

    private @Nullable ScheduledFuture<?> sweeping;

    /** Chunks without extensions, and few trailers: nobody needs them, and they would be read without a deadline. */
    public HeadDeadlineProtocol() {
        setMaxExtensionSize(0);
        setMaxTrailerSize(512);
        getEndpoint().getSocketProperties().setAppReadBufSize(BUFFER_BYTES);
        getEndpoint().getSocketProperties().setAppWriteBufSize(BUFFER_BYTES);
    }

    /** The size from which on an answer is sent in pieces, and is too late to become another. */
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
            // Whoever holds it is just reading, and will be looked at next time.
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
     * While no thread works for a connection, Tomcat keeps a processor with it only between the packets of a head, or as
     * long as an asynchronous answer is awaited.
     */
    private static boolean isLate(SocketWrapperBase<?> connection, long now) {
        if (!(connection.getCurrentProcessor() instanceof Processor processor) || processor.isAsync()) {
            return false;
        }
        long start = processor.getRequest().getStartTimeNanos();
        return start > 0 && now - start > DEADLINE_NANOS;
    }
}
