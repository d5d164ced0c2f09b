package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.ClientLimits;
import io.github.wxtoken.caller.ClientLimits.Permits;
import io.github.wxtoken.support.Message;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Reads request bodies within size and time limits, so that slow senders cannot starve other callers. Thread-safe.
 */
@Component
final class BodyReader {

    /** The request attribute that holds the body, or the exception if the body was rejected. */
    private static final String READ = BodyReader.class.getName();

    private static final int MAX_BODY = 8 * 1024;
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long MOMENT_NANOS = 5_000_000L;

    private final ClientLimits limits;

    BodyReader(ClientLimits limits) {
        this.limits = limits;
    }

    /**
     * Returns the body of a request. Reads at most one byte more than the limit. Further calls for the same request
     * return or throw the same again.
     *
     * @param caller the sender, or null if only the body identifies it
     * @throws RejectedRequestException if the body is too large, late or incomplete, or too many bodies are slow
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
        Permits permits = caller == null ? limits.slowBodiesWithoutKey() : limits.slowBodiesOfCallers();
        Object owner = caller == null ? ClientLimits.network(request.getRemoteAddr()) : caller;
        byte[] body;
        try {
            body = readWithinTime(request, permits, owner);
        } catch (SocketTimeoutException e) {
            throw new RejectedRequestException(HttpStatus.REQUEST_TIMEOUT, Message.of(BodyReader.class, "body.late"));
        } catch (IOException e) {
            throw RejectedRequestException.badRequest(Message.of(BodyReader.class, "body.incomplete"));
        }
        if (body.length > MAX_BODY) {
            throw tooLarge();
        }
        return body;
    }

    /**
     * Reads the bytes that have arrived; waiting for more needs a permit and has a time limit. A chunked body always
     * needs the permit: the length of a chunk may arrive slowly as well, and Tomcat counts its first digits as
     * available bytes.
     */
    private static byte[] readWithinTime(HttpServletRequest request, Permits permits, Object owner) throws IOException {
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
                    waits = takeSoon(permits, owner);
                }
                int read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    break;
                }
                length += read;
                // Tomcat's timeout applies to each packet; this one stops clients that send byte by byte.
                if (System.nanoTime() - end > 0) {
                    throw new SocketTimeoutException();
                }
            }
        } finally {
            if (waits) {
                permits.giveBack(owner);
            }
        }
        return Arrays.copyOf(buffer, length);
    }

    /** Takes a permit; retries for about 0.1 seconds in case another request returns one. */
    private static boolean takeSoon(Permits permits, Object owner) {
        for (int attempt = 0; attempt < 20; attempt++) {
            if (permits.tryTake(owner)) {
                return true;
            }
            LockSupport.parkNanos(MOMENT_NANOS);
        }
        throw new RejectedRequestException(HttpStatus.SERVICE_UNAVAILABLE, Message.of(BodyReader.class, "body.slow"));
    }

    private static RejectedRequestException tooLarge() {
        return new RejectedRequestException(
                HttpStatus.CONTENT_TOO_LARGE, Message.of(BodyReader.class, "body.large", MAX_BODY / 1024));
    }
}
