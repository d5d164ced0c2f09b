package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.PerNetworkLimit;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The reading of bodies within bounds of size and time, so that nobody who sends slowly is in others' way. Thread-safe. */
@Component
final class BodyReader {

    /** The attribute of a request that holds what was read of it, or why that was refused. */
    private static final String READ = BodyReader.class.getName();

    private static final int MAX_BODY = 8 * 1024;
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long MOMENT_NANOS = 5_000_000L;

    /** How many requests each caller may keep waiting for bodies that are slow to come. */
    private final Map<Caller, Semaphore> slow = new HashMap<>();

    /** How many those may keep waiting of whom it is not yet known who they are. */
    private final PerNetworkLimit slowStrangers;

    BodyReader(Callers callers, TomcatServerProperties tomcat, Environment environment) {
        // With virtual threads, who waits holds nothing but a connection.
        int atOnce = Threading.VIRTUAL.isActive(environment)
                ? tomcat.getMaxConnections()
                : tomcat.getThreads().getMax();
        int share = Math.max(1, atOnce / 8);
        callers.all().forEach(caller -> slow.put(caller, new Semaphore(share)));
        slowStrangers = new PerNetworkLimit(Math.max(1, share / 5), share);
    }

    /**
     * The bytes of a body; no more of them are read than tell that there are too many. Whoever asks again for the same
     * request is told the same again.
     *
     * @param caller whose body it is, or null where that is in the body
     */
    byte[] read(HttpServletRequest request, @Nullable Caller caller) {
        Object before = request.getAttribute(READ);
        if (before instanceof RejectedRequestException rejection) {
            throw rejection;
        }
        if (before instanceof byte[] body) {
            return body;
        }
        try {
            byte[] body = readOnce(request, caller);
            request.setAttribute(READ, body);
            return body;
        } catch (RejectedRequestException e) {
            request.setAttribute(READ, e);
            throw e;
        }
    }

    private byte[] readOnce(HttpServletRequest request, @Nullable Caller caller) {
        if (request.getContentLengthLong() > MAX_BODY) {
            throw tooLarge();
        }
        Semaphore own = caller == null ? null : slow.get(caller);
        String address = request.getRemoteAddr();
        BooleanSupplier take = own == null ? () -> slowStrangers.tryTake(address) : own::tryAcquire;
        Runnable giveBack = own == null ? () -> slowStrangers.giveBack(address) : own::release;
        byte[] body;
        try {
            body = readWithinTime(request, take, giveBack);
        } catch (SocketTimeoutException e) {
            throw new RejectedRequestException(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive in time.");
        } catch (IOException e) {
            throw RejectedRequestException.badRequest("The body could not be read to its end.");
        }
        if (body.length > MAX_BODY) {
            throw tooLarge();
        }
        return body;
    }

    /**
     * Reads what has come already; for what has not, a caller may wait only so often, and only for so long. The length of a
     * chunk may be slow to come as well, and Tomcat calls what has come of it available, so a chunked body is always waited
     * for.
     */
    private static byte[] readWithinTime(HttpServletRequest request, BooleanSupplier take, Runnable giveBack)
            throws IOException {
        ServletInputStream in = request.getInputStream();
        long announced = request.getContentLengthLong();
        boolean chunked = announced < 0;
        byte[] buffer = new byte[(chunked ? MAX_BODY : (int) announced) + 1];
        int length = 0;
        boolean waits = false;
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            while (length < buffer.length && !in.isFinished()) {
                if (!waits && (chunked || in.available() == 0)) {
                    waits = takeSoon(take);
                }
                int read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    break;
                }
                length += read;
                // Each packet has a time-out of its own; this one is for those who send byte by byte.
                if (System.nanoTime() - end > 0) {
                    throw new SocketTimeoutException();
                }
            }
        } finally {
            if (waits) {
                giveBack.run();
            }
        }
        return Arrays.copyOf(buffer, length);
    }

    /** Takes a share, also where the others that are taken are given back within a moment. */
    private static boolean takeSoon(BooleanSupplier take) {
        for (int attempt = 0; attempt < 20; attempt++) {
            if (take.getAsBoolean()) {
                return true;
            }
            LockSupport.parkNanos(MOMENT_NANOS);
        }
        throw new RejectedRequestException(
                HttpStatus.SERVICE_UNAVAILABLE, "Too many bodies of this caller are slow to come: send each at once.");
    }

    private static RejectedRequestException tooLarge() {
        return new RejectedRequestException(HttpStatus.CONTENT_TOO_LARGE, "The body may have at most 8 KB.");
    }
}
