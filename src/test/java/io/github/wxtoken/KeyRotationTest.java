package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests that a key is replaced without a gap: for a while both the old and the new one work. */
final class KeyRotationTest {

    private static final String BOTH =
            "--wxtoken.callers.shop.key-sha256=" + Keys.sha256("old") + "," + Keys.sha256("new");
    private static final String NEW = "--wxtoken.callers.shop.key-sha256=" + Keys.sha256("new");

    @Test
    void twoKeysWorkUntilOneIsRemoved() {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(wechat, BOTH)) {
                assertThat(status(server, "old")).isEqualTo(200);
                assertThat(status(server, "new")).isEqualTo(200);
            }
            wechat.clock().advance(Duration.ofMinutes(1));
            try (RunningServer server = RunningServer.start(wechat, NEW)) {
                assertThat(status(server, "old")).isEqualTo(401);
                assertThat(status(server, "new")).isEqualTo(200);
            }
        }
    }

    private static int status(RunningServer server, String key) {
        return server.send("GET", "/token", BodyPublishers.noBody(), Keys.bearer(key))
                .status();
    }
}
