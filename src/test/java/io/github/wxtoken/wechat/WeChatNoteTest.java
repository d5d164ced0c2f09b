package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.support.StartNote;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the start message about WeChat's hosts. */
final class WeChatNoteTest {

    @Test
    void theUsualHostsAreNotWorthALine() {
        StartNote note = note("https://api.weixin.qq.com", "https://api2.weixin.qq.com");
        assertThat(note.lines()).isEmpty();
        assertThat(note.unsafe()).isEmpty();
    }

    @Test
    void othersAreNamed() {
        StartNote note = note("https://sh.api.weixin.qq.com", "https://api.weixin.qq.com");
        assertThat(note.lines()).containsExactly("https://sh.api.weixin.qq.com, https://api.weixin.qq.com");
        assertThat(note.unsafe()).isEmpty();
    }

    @Test
    void aSimulatorIsNotWeChat() {
        assertThat(note("https://api.weixin.qq.com", "http://localhost:9080").unsafe())
                .singleElement()
                .asString()
                .contains("simulator");
    }

    private static StartNote note(String... hosts) {
        return new WeChatProperties(List.of(hosts), null, null, ProxyProperties.NONE, new SslProperties(null))
                .note(ForwardProxy.direct());
    }
}
