package io.github.wxtoken.relay;

import io.github.wxtoken.wechat.ForwardedCall;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Takes the bodies of requests. They always go to WeChat with a length, because WeChat answers 412 to chunked ones. */
final class Bodies {

    /** Bodies up to this size can be sent twice. Larger ones are sent while they arrive. */
    static final long REPEATABLE = 1024 * 1024;

    private Bodies() {}

    /**
     * Returns the body of a request, or null if it has none.
     *
     * @param most the maximum number of bytes
     * @param deadline the deadline for its arrival
     * @param folder the folder for what is not kept in memory
     * @throws RelayException if it has more bytes, does not arrive completely, or cannot be kept
     */
    static ForwardedCall.@Nullable Body of(
            HttpServletRequest request, long most, CallDeadline deadline, SpoolFolder folder) {
        long length = request.getContentLengthLong();
        if (length > most) {
            throw tooLarge(most);
        }
        if (length == 0 || !request.getMethod().equals("POST")) {
            return null;
        }
        try {
            InputStream in = new TimedInputStream(request.getInputStream(), deadline);
            // Of unknown length (-1) if it is chunked, or sent by HTTP/2.
            if (length > REPEATABLE) {
                return new StreamedBody(in, length);
            }
            SpooledBody body = SpooledBody.read(in, length, most, folder);
            if (deadline.isNear()) {
                body.close();
                throw late();
            }
            return body;
        } catch (SocketTimeoutException e) {
            throw late();
        } catch (IOException e) {
            throw incomplete();
        }
    }

    static RelayException tooLarge(long most) {
        return RelayException.problem(
                HttpStatus.CONTENT_TOO_LARGE,
                "The body may have at most " + most + " bytes: see wxtoken.relay.max-body.");
    }

    static RelayException late() {
        return RelayException.problem(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive in time.");
    }

    static RelayException incomplete() {
        return RelayException.problem(HttpStatus.BAD_REQUEST, "The body did not arrive completely.");
    }
}
