package io.github.wxtoken.wechat;

import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/** Records the duration and the result of calls to WeChat's hosts. Thread-safe. */
final class CallTimes {

    /** From the usual duration to the time at which a call is abandoned. */
    private static final Duration[] BUCKETS = Stream.of(50, 100, 250, 500, 1000, 2500, 5000, 10_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry meters;
    private final MeterProvider<Timer> timers;

    CallTimes(MeterRegistry meters) {
        this.meters = meters;
        this.timers = Timer.builder("wxtoken.upstream.calls")
                .description("Calls to WeChat, from the connection to the end of the answer")
                .serviceLevelObjectives(BUCKETS)
                .withRegistry(meters);
    }

    /** Starts timing a call. */
    Timer.Sample start() {
        return Timer.start(meters);
    }

    /** Records a call that has ended. */
    void stop(Timer.Sample sample, WeChatCall call, HttpUrl host, ErrcodeClass answered) {
        sample.stop(timers.withTags("call", call.tag(), "host", Hosts.name(host), "errcode.class", answered.tag()));
    }
}
