package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.StartNote;
import io.github.wxtoken.token.RefreshPolicy;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * The properties of calls to WeChat.
 *
 * @param hosts the hosts of WeChat's API, tried in this order
 * @param connectTimeout the time limit for connecting to one host: name resolution, TCP and TLS; see {@link
 *     #connectLimit()} for its default
 * @param callTimeout the time limit for a call, including all hosts that it tries and the response; see {@link
 *     #callLimit()} for its default
 * @param proxy the forward proxy
 * @param ssl the certificates to trust
 */
@ConfigurationProperties(prefix = "wxtoken.wechat", ignoreUnknownFields = false)
record WeChatProperties(
        @DefaultValue({HOST, DISASTER_RECOVERY_HOST}) List<String> hosts,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration connectTimeout,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration callTimeout,
        @NestedConfigurationProperty @DefaultValue ProxyProperties proxy,
        @NestedConfigurationProperty @DefaultValue SslProperties ssl) {

    private static final String HOST = "https://api.weixin.qq.com";
    private static final String DISASTER_RECOVERY_HOST = "https://api2.weixin.qq.com";
    private static final String PREFIX = "wxtoken.wechat.";

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration USUAL_CONNECT = Duration.ofSeconds(3);
    private static final Duration USUAL_CALL = Duration.ofSeconds(10);

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1");

    WeChatProperties {
        hosts = List.copyOf(hosts);
    }

    /** Validates all values. */
    WeChatProperties validate() {
        if (hosts.isEmpty()) {
            throw invalid("hosts", Message.of(WeChatProperties.class, "hosts.none"));
        }
        urls();
        String longest = RefreshPolicy.LONGEST_CALL.toSeconds() + "s";
        if (outOfRange(callLimit(), RefreshPolicy.LONGEST_CALL)) {
            throw invalid("call-timeout", Message.of(WeChatProperties.class, "timeout.call", longest));
        }
        if (outOfRange(connectLimit(), callLimit())) {
            throw invalid("connect-timeout", Message.of(WeChatProperties.class, "timeout.connect", longest));
        }
        return this;
    }

    /** Returns the time limit for connecting to one host: by default 3 seconds, but at most {@link #callLimit()}. */
    Duration connectLimit() {
        return connectTimeout == null ? shorter(USUAL_CONNECT, callLimit()) : connectTimeout;
    }

    /** Returns the time limit for a call: by default 10 seconds, or a longer connect-timeout if that is allowed. */
    Duration callLimit() {
        if (callTimeout != null) {
            return callTimeout;
        }
        return connectTimeout == null || connectTimeout.compareTo(USUAL_CALL) < 0
                ? USUAL_CALL
                : shorter(connectTimeout, RefreshPolicy.LONGEST_CALL);
    }

    /** Returns the hosts as URLs. */
    List<HttpUrl> urls() {
        List<HttpUrl> urls = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            urls.add(url("hosts[" + i + "]", hosts.get(i)));
        }
        return List.copyOf(urls);
    }

    /**
     * Returns a note that lists non-default hosts and the proxy, and warns of hosts on loopback, which are not WeChat's.
     */
    StartNote note(ForwardProxy proxy) {
        boolean usual = hosts.equals(List.of(HOST, DISASTER_RECOVERY_HOST));
        List<String> lines = new ArrayList<>(usual ? List.of() : List.of(String.join(", ", hosts)));
        lines.addAll(proxy.note(urls()));
        return new StartNote(
                "WeChat",
                lines,
                urls().stream().anyMatch(WeChatProperties::isLoopback)
                        ? List.of("Tokens come from a server on this machine, such as a simulator, not from WeChat: see"
                                + " wxtoken.wechat.hosts.")
                        : List.of());
    }

    /** Returns whether a host is on loopback, so that it is not WeChat's. */
    static boolean isLoopback(HttpUrl host) {
        return LOOPBACK.matcher(host.host()).matches();
    }

    private static HttpUrl url(String property, String text) {
        HttpUrl url = text.equals(text.strip()) && parses(text) ? HttpUrl.parse(text) : null;
        if (url == null) {
            throw invalid(property, Message.of(WeChatProperties.class, "hosts.url"));
        }
        if (!url.isHttps() && !isLoopback(url)) {
            throw invalid(property, Message.of(WeChatProperties.class, "hosts.https"));
        }
        if (!url.encodedPath().equals("/")
                || url.query() != null
                || url.fragment() != null
                || !url.username().isEmpty()
                || !url.password().isEmpty()) {
            throw invalid(property, Message.of(WeChatProperties.class, "hosts.parts"));
        }
        return url;
    }

    /** Parses the text strictly, since OkHttp also accepts malformed URLs, such as with backslashes. */
    private static boolean parses(String text) {
        try {
            return URI.create(text).isAbsolute() && text.contains("://");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean outOfRange(Duration duration, Duration longest) {
        return duration.compareTo(SHORTEST) < 0 || duration.compareTo(longest) > 0;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static RuntimeException invalid(String name, Message reason) {
        return InvalidProperty.property(PREFIX + name, reason);
    }
}
