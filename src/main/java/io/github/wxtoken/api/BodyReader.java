package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The reading of bodies within bounds of size and time, so that nobody who sends slowly is in others' way. Thread-safe. */
@Component
final class BodyReader {

    private static final int MAX_BODY = 8 * 1024;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    /** How many threads each caller may keep waiting for bodies that are slow to come. */
    private final Map<Caller, Semaphore> slow = new HashMap<>();

    /** How many all may keep waiting of whom it is not yet known who they are. */
    private final Semaphore slowStrangers;

    BodyReader(Callers callers, TomcatServerProperties tomcat) {
        int share = Math.max(1, tomcat.getThreads().getMax() / 8);
        callers.all().forEach(caller -> slow.put(caller, new Semaphore(share)));
        slowStrangers = new Semaphore(share);
    }

    /**
     * The bytes of a body; no more of them are read than tell that there are too many.
     *
     * @param caller whose body it is, or null where that is in the body
     */
    byte[] read(HttpServletRequest request, @Nullable Caller caller) {
        if (request.getContentLengthLong() > MAX_BODY) {
            throw tooLarge();
        }
        Semaphore share = caller == null ? slowStrangers : slow.getOrDefault(caller, slowStrangers);
        byte[] body;
        try {
            body = readWithinTime(request.getInputStream(), share);
        } catch (SocketTimeoutException e) {
            throw new Rejection(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive in time.");
        } catch (IOException e) {
            throw Rejection.badRequest("The body could not be read to its end.");
        }
        if (body.length > MAX_BODY) {
            throw tooLarge();
        }
        return body;
    }

    /** Reads what has come already; for what has not, a caller may wait only so often, and only for so long. */
    private static byte[] readWithinTime(ServletInputStream in, Semaphore slow) throws IOException {
        byte[] buffer = new byte[MAX_BODY + 1];
        int length = 0;
        boolean waits = false;
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            while (length < buffer.length && !in.isFinished()) {
                if (!waits && in.available() == 0) {
                    waits = slow.tryAcquire();
                    if (!waits) {
                        throw new Rejection(
                                HttpStatus.SERVICE_UNAVAILABLE,
                                "Too many bodies of this caller are slow to come: send each at once.");
                    }
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
                slow.release();
            }
        }
        return Arrays.copyOf(buffer, length);
    }

    private static Rejection tooLarge() {
        return new Rejection(HttpStatus.CONTENT_TOO_LARGE, "The body may have at most 8 KB.");
    }
}
