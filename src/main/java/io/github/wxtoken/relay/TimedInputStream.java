package io.github.wxtoken.relay;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** A stream that fails when the time is over. Tomcat's own timeout applies to each packet, so a trickle would not end. */
final class TimedInputStream extends FilterInputStream {

    private final CallDeadline deadline;

    TimedInputStream(InputStream in, CallDeadline deadline) {
        super(in);
        this.deadline = deadline;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (deadline.left().isZero()) {
            throw new SocketTimeoutException();
        }
        return super.read(buffer, offset, length);
    }
}
