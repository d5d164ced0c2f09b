package io.github.wxtoken.relay;

import io.github.wxtoken.wechat.ForwardedCall;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A body that was read completely, so that its length is known and it can be sent twice. Up to 64 KB are kept in memory,
 * more in a temporary file, which ends with {@link #close()}.
 */
final class SpooledBody implements ForwardedCall.Body, Closeable {

    private static final int IN_MEMORY = 64 * 1024;

    private final byte[] memory;
    private final @Nullable FileChannel file;
    private final long length;

    private SpooledBody(byte[] memory, @Nullable FileChannel file, long length) {
        this.memory = memory;
        this.file = file;
        this.length = length;
    }

    /**
     * Reads a stream to its end.
     *
     * @param length the number of bytes, or -1 if it is unknown
     * @param most the maximum number of bytes
     * @throws IOException if the stream cannot be read
     * @throws RelayException if there are more bytes, or the file cannot be written
     */
    static SpooledBody read(InputStream in, long length, long most, SpoolFolder folder) throws IOException {
        long first = length < 0 ? most + 1 : length;
        byte[] beginning = in.readNBytes((int) Math.min(IN_MEMORY, first));
        requireAtMost(beginning.length, most);
        if (beginning.length < IN_MEMORY) {
            return new SpooledBody(beginning, null, beginning.length);
        }
        FileChannel file;
        try {
            file = folder.newFile();
        } catch (IOException e) {
            throw folder.failed(e);
        }
        try {
            append(file, beginning, beginning.length, folder);
            byte[] buffer = new byte[16 * 1024];
            long read = beginning.length;
            int more;
            do {
                // Fills the buffer: a read returns what Tomcat's small buffer holds, and each write is a system call.
                more = in.readNBytes(buffer, 0, buffer.length);
                read += more;
                requireAtMost(read, most);
                append(file, buffer, more, folder);
            } while (more == buffer.length);
            return new SpooledBody(new byte[0], file, read);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void append(FileChannel file, byte[] bytes, int length, SpoolFolder folder) {
        try {
            for (ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length); rest.hasRemaining(); ) {
                file.write(rest);
            }
        } catch (IOException e) {
            throw folder.failed(e);
        }
    }

    private static void requireAtMost(long length, long most) {
        if (length > most) {
            throw Bodies.tooLarge(most);
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        // Not closed: the body may be sent again.
        InputStream in = file == null ? new ByteArrayInputStream(memory) : Channels.newInputStream(file.position(0));
        in.transferTo(out);
    }

    @Override
    public boolean isBroken() {
        return false;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
