package io.github.wxtoken.wechat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The forward proxy for calls to WeChat. Its {@link #toString()} hides all values, since a URL may contain a password.
 *
 * @param url the proxy's URL, {@code http://<host>:<port>}, or {@code direct} for no proxy; by default that of Java's
 *     system properties or of the environment
 * @param username the user name for the proxy; none by default
 * @param password the password for the proxy; none by default
 * @param nonProxyHosts the hosts that are called without the proxy, each with all names below it; none by default
 */
record ProxyProperties(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue List<String> nonProxyHosts) {

    /** No property is set. */
    static final ProxyProperties NONE = new ProxyProperties(null, null, null, List.of());

    /** Stores missing and blank values as null, which is what a variable with an empty default yields. */
    ProxyProperties {
        url = presence(url);
        username = presence(username);
        password = presence(password);
        nonProxyHosts = List.copyOf(nonProxyHosts);
    }

    private static @Nullable String presence(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    @Override
    public String toString() {
        return "ProxyProperties[hidden]";
    }
}
