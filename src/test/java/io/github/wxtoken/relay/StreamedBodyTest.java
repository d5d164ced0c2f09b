package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

/** Tests what is known of a body that is sent while it arrives, after it broke off. */
final class StreamedBodyTest {

    @Test
    void aClientThatPausesIsLate() {
        StreamedBody body = new StreamedBody(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new SocketTimeoutException();
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        return read();
                    }
                },
                10);
        assertThatThrownBy(() -> body.writeTo(OutputStream.nullOutputStream()))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(body.isBroken()).isTrue();
        assertThat(body.isLate()).isTrue();
    }

    @Test
    void aClientThatDisconnectsIsNotLate() {
        StreamedBody body = new StreamedBody(new ByteArrayInputStream(new byte[9]), 10);
        assertThatThrownBy(() -> body.writeTo(OutputStream.nullOutputStream())).isInstanceOf(IOException.class);
        assertThat(body.isBroken()).isTrue();
        assertThat(body.isLate()).isFalse();
    }
}
