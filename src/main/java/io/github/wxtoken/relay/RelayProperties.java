package io.github.wxtoken.relay;

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

    private static final int ON_PLATFORM_THREADS = 64;
    private static final int ON_VIRTUAL_THREADS = 512;

    /** Validates all values. */
    RelayProperties validate() {
        if (maxBody.toBytes() < 1) {
            throw invalid("max-body", "It must be at least 1B.");
        }
        if (callTimeout.toMillis() < 100 || callTimeout.toMinutes() > 10) {
            throw invalid("call-timeout", "It must be at least 100ms and at most 10m.");
        }
        if (inFlight != null && inFlight < 1) {
            throw invalid("in-flight", "It must be at least 1.");
        }
        return this;
    }

    /**
     * Returns the maximum number of calls in progress. Each holds a thread.
     *
     * @param threads the number of threads for requests, or null if they are virtual
     */
    int inFlight(@Nullable Integer threads) {
        if (inFlight != null) {
            return inFlight;
        }
        return threads == null ? ON_VIRTUAL_THREADS : Math.max(1, Math.min(ON_PLATFORM_THREADS, threads / 3));
    }

    private static RuntimeException invalid(String name, String reason) {
        return new InvalidConfigurationPropertyValueException("wxtoken.relay." + name, null, reason);
    }
}
