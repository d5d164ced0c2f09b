package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;

/** Tests what becomes of a body that took all the time of its call. */
final class BodiesTest {

    /** Sent with a few milliseconds left, the call would fail as if WeChat were down. */
    @Test
    void aCompleteBodyThatLeavesNoTimeIsTooLate(@TempDir Path folder) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/relay/cgi-bin/message/send");
        request.setContent(new byte[10]);
        RelayException e = catchThrowableOfType(
                RelayException.class,
                () -> Bodies.of(
                        request,
                        100,
                        new CallDeadline(Duration.ofMillis(99)),
                        new SpoolFolder(folder, InstantSource.system())));
        assertThat(e.status()).isEqualTo(HttpStatus.REQUEST_TIMEOUT);
    }
}
