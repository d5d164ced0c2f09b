package io.github.wxtoken.relay;

import io.github.wxtoken.wechat.ForwardedCall;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * A body that was read completely, so that its length is known and it can be sent twice. Up to 64 KB are kept in memory,
 * more in a temporary file, which {@link #close()} deletes.
 */
final class SpooledBody implements ForwardedCall.Body, Closeable {

    private static final int IN_MEMORY = 64 * 1024;

    private final byte[] memory;
    private final @Nullable Path file;
    private final long length;

    private SpooledBody(byte[] memory, @Nullable Path file, long length) {
        this.memory = memory;
        this.file = file;
        this.length = length;
    }

    /**
     * Reads a stream to its end.
     *
     * @param most the maximum number of bytes
     * @throws IOException if the stream cannot be read, or the file cannot be written
     * @throws RelayException if there are more bytes
     */
    static SpooledBody read(InputStream in, long most) throws IOException {
        byte[] beginning = in.readNBytes((int) Math.min(IN_MEMORY, most + 1));
        requireAtMost(beginning.length, most);
        if (beginning.length < IN_MEMORY) {
            return new SpooledBody(beginning, null, beginning.length);
        }
        Path file = null;
        try {
            file = Files.createTempFile("wxtoken-relay-", ".body");
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(beginning);
                return new SpooledBody(
                        new byte[0], file, beginning.length + copy(in, out, most - beginning.length, most));
            }
        } catch (FileSystemException e) {
            delete(file);
            throw RelayException.problem(
                    HttpStatus.INTERNAL_SERVER_ERROR, "The server could not keep the body in a temporary file.");
        } catch (IOException | RuntimeException e) {
            delete(file);
            throw e;
        }
    }

    /** Copies the rest of a body and returns its length. */
    private static long copy(InputStream in, OutputStream out, long mostLeft, long most) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long length = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            length += read;
            if (length > mostLeft) {
                throw Bodies.tooLarge(most);
            }
            try {
                out.write(buffer, 0, read);
            } catch (IOException e) {
                throw new FileSystemException("the temporary file");
            }
        }
        return length;
    }

    private static void delete(@Nullable Path file) throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
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
        try (InputStream in = file == null ? new ByteArrayInputStream(memory) : Files.newInputStream(file)) {
            in.transferTo(out);
        }
    }

    @Override
    public boolean isBroken() {
        return false;
    }

    @Override
    public void close() throws IOException {
        delete(file);
    }
}
