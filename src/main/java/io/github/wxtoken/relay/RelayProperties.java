package io.github.wxtoken.relay;

import io.github.wxtoken.support.Message;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * The properties of the relay.
 *
 * @param maxBody the maximum size of a request body
 * @param callTimeout the time limit of a call to WeChat, including the bodies of request and answer
 * @param inFlight the maximum number of calls in progress; null to derive it
 */
@ConfigurationProperties(prefix = "wxtoken.relay", ignoreUnknownFields = false)
record RelayProperties(
        @DefaultValue("32MB") DataSize maxBody,
        @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration callTimeout,
        @Nullable Integer inFlight) {

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int ON_PLATFORM_THREADS = 64;
    private static final int ON_VIRTUAL_THREADS = 512;

    /** Validates all values. */
    RelayProperties validate() {
        if (maxBody.toBytes() < 1) {
            throw invalid("max-body", "property.least", "1B");
        }
        if (callTimeout.compareTo(SHORTEST) < 0 || callTimeout.compareTo(LONGEST) > 0) {
            throw invalid("call-timeout", "property.range", SHORTEST.toMillis(), LONGEST.toMinutes());
        }
        if (inFlight != null && inFlight < 1) {
            throw invalid("in-flight", "property.least", "1");
        }
        return this;
    }

    /**
     * Returns the maximum number of calls in progress. Each holds a thread. Of a limited number they get at most a third:
     * slow senders may hold five eighths, and the rest is for the other calls.
     *
     * @param threads the number of threads for requests, or null if they are virtual
     * @throws InvalidConfigurationPropertyValueException if more calls are configured
     */
    int inFlight(@Nullable Integer threads) {
        if (threads == null) {
            return inFlight == null ? ON_VIRTUAL_THREADS : inFlight;
        }
        int most = Math.max(1, threads / 3);
        if (inFlight != null && inFlight > most) {
            throw invalid("in-flight", "property.threads", most);
        }
        return inFlight == null ? Math.min(ON_PLATFORM_THREADS, most) : inFlight;
    }

    private static RuntimeException invalid(String name, String key, Object... arguments) {
        String reason = Message.of(RelayProperties.class, key, arguments).inSystemLanguage();
        return new InvalidConfigurationPropertyValueException("wxtoken.relay." + name, null, reason);
    }
}
