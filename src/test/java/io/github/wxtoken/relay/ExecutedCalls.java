package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.util.List;
import mockwebserver3.RecordedRequest;

/** The business calls that a simulated WeChat has executed since a test began, or since the last {@link #forget()}. */
final class ExecutedCalls {

    private final WeChatSimulator wechat;
    private int before;

    ExecutedCalls(WeChatSimulator wechat) {
        this.wechat = wechat;
        forget();
    }

    /** Counts from now on. */
    void forget() {
        before = wechat.business().executed().size();
    }

    int count() {
        return wechat.business().executed().size() - before;
    }

    void assertNone() {
        assertThat(wechat.business().executed()).hasSize(before);
    }

    /** Returns the call that was executed; there must be exactly one. */
    RecordedRequest only() {
        List<RecordedRequest> executed = wechat.business().executed();
        assertThat(executed).hasSize(before + 1);
        return executed.get(before);
    }
}
