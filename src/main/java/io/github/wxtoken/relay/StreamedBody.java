package io.github.wxtoken.relay;

import io.github.wxtoken.wechat.ForwardedCall;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;

/** A large body of known length that is sent while it arrives, once. */
final class StreamedBody implements ForwardedCall.Body {

    private final InputStream in;
    private final long length;
    private volatile boolean broken;
    private volatile boolean late;

    StreamedBody(InputStream in, long length) {
        this.in = in;
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (long left = length; left > 0; ) {
            int read = read(buffer, (int) Math.min(buffer.length, left));
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private int read(byte[] buffer, int most) throws IOException {
        // Until it succeeds.
        broken = true;
        int read;
        try {
            read = in.read(buffer, 0, most);
        } catch (SocketTimeoutException e) {
            late = true;
            throw e;
        }
        if (read < 0) {
            throw new EOFException();
        }
        broken = false;
        return read;
    }

    @Override
    public boolean isBroken() {
        return broken;
    }

    /** Returns whether the body is broken because it did not arrive in time. */
    boolean isLate() {
        return late;
    }
}
