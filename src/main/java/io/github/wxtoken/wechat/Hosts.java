package io.github.wxtoken.wechat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;

/** The hosts of WeChat's API and the order in which to try them. Thread-safe. */
final class Hosts {

    /** How long a failed host is tried after all others. */
    static final Duration PENALTY = Duration.ofMinutes(1);

    private final List<HttpUrl> configured;
    private final InstantSource clock;
    private final Map<HttpUrl, Instant> failedAt = new ConcurrentHashMap<>();

    Hosts(List<HttpUrl> configured, InstantSource clock) {
        this.configured = configured;
        this.clock = clock;
    }

    /** Returns the hosts in configured order, but recently failed hosts last, ordered by the time of their failure. */
    List<HttpUrl> inOrder() {
        Instant forgotten = clock.instant().minus(PENALTY);
        Map<HttpUrl, Instant> failures = Map.copyOf(failedAt);
        return configured.stream()
                .sorted(Comparator.comparing(host -> {
                    Instant at = failures.getOrDefault(host, Instant.MIN);
                    return at.isAfter(forgotten) ? at : Instant.MIN;
                }))
                .toList();
    }

    /** Records that a host failed. */
    void failed(HttpUrl host) {
        failedAt.put(host, clock.instant());
    }

    /** Records that a host answered properly. */
    void answered(HttpUrl host) {
        failedAt.remove(host);
    }

    /** Returns the host name, with the port unless it is the default. */
    static String name(HttpUrl host) {
        String name = host.host().contains(":") ? "[" + host.host() + "]" : host.host();
        return host.port() == HttpUrl.defaultPort(host.scheme()) ? name : name + ":" + host.port();
    }
}
