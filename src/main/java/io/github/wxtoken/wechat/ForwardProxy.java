package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import okhttp3.Authenticator;
import okhttp3.Challenge;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Selects the forward proxy for each of WeChat's hosts, and logs in at it.
 *
 * <p>The first of these that is set applies: {@code wxtoken.wechat.proxy.url}, Java's system properties, the
 * environment variables. A call through a proxy is a tunnel ({@code CONNECT}). Plain http hosts, which are on loopback,
 * are always called directly, since a proxy would see the AppSecret.
 */
final class ForwardProxy extends ProxySelector implements Authenticator {

    private static final String URL = "wxtoken.wechat.proxy.url";
    private static final String DIRECT = "direct";
    private static final String LOGIN = "Proxy-Authorization";

    /** Other programs, such as curl, prefer the names in lower case as well. */
    private static final List<String> VARIABLES = List.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");

    private static final List<String> EXCLUDING_VARIABLES = List.of("no_proxy", "NO_PROXY");

    private static final List<String> JAVA_PROPERTIES = List.of("https.proxyHost", "proxyHost", "socksProxyHost");

    private final ProxySelector selector;
    private final Predicate<HttpUrl> excluded;
    private final @Nullable String authorization;
    private final String origin;

    private ForwardProxy(
            ProxySelector selector, Predicate<HttpUrl> excluded, @Nullable String authorization, String origin) {
        this.selector = selector;
        this.excluded = excluded;
        this.authorization = authorization;
        this.origin = origin;
    }

    /**
     * Validates the properties and the environment variables.
     *
     * @param environment the environment variables
     * @param system Java's system properties
     */
    static ForwardProxy of(WeChatProperties wechat, Map<String, ?> environment, Map<String, ?> system) {
        ProxyProperties properties = wechat.proxy();
        Predicate<HttpUrl> excluded =
                NonProxyHosts.ofProperty("wxtoken.wechat.proxy.non-proxy-hosts", properties.nonProxyHosts());
        String url = properties.url();
        if (url != null) {
            return url.equals(DIRECT) ? direct() : fixed(address(properties, url), excluded, "");
        }
        if (properties.username() != null || properties.password() != null) {
            throw InvalidProperty.property(URL, Message.of(ForwardProxy.class, "proxy.missing"));
        }
        String variable = firstSet(VARIABLES, environment);
        boolean onlyLoopback = wechat.urls().stream().allMatch(WeChatProperties::isLoopback);
        if (firstSet(JAVA_PROPERTIES, system) != null || variable == null || onlyLoopback) {
            ProxySelector java = Objects.requireNonNullElse(ProxySelector.getDefault(), ProxySelector.of(null));
            return new ForwardProxy(java, excluded, null, "from Java's system properties");
        }
        String excluding = firstSet(EXCLUDING_VARIABLES, environment);
        Predicate<HttpUrl> excludedByVariable =
                NonProxyHosts.ofVariable(excluding == null ? "" : text(environment, excluding));
        ProxyAddress address = ProxyAddress.parse(
                text(environment, variable),
                reason -> InvalidProperty.property(
                        URL, Message.of(ForwardProxy.class, "proxy.variable", variable, reason)));
        return fixed(
                address,
                excluded.or(excludedByVariable).or(WeChatProperties::isLoopback),
                "from the environment variable " + variable);
    }

    /** Returns a selector that uses no proxy, whatever Java or the environment says. */
    static ForwardProxy direct() {
        return new ForwardProxy(ProxySelector.of(null), host -> true, null, "");
    }

    private static ForwardProxy fixed(ProxyAddress address, Predicate<HttpUrl> excluded, String origin) {
        return new ForwardProxy(ProxySelector.of(address.socket()), excluded, address.authorization(), origin);
    }

    private static ProxyAddress address(ProxyProperties properties, String url) {
        ProxyAddress address = ProxyAddress.parse(
                url,
                reason -> InvalidProperty.property(URL, Message.of(ForwardProxy.class, "proxy.or_direct", reason)));
        String username = properties.username();
        String password = properties.password();
        if (username == null && password == null) {
            return address;
        }
        if (address.authorization() != null) {
            throw InvalidProperty.property(URL, Message.of(ForwardProxy.class, "proxy.two_users"));
        }
        if (username == null) {
            throw InvalidProperty.property(
                    "wxtoken.wechat.proxy.username", Message.of(ForwardProxy.class, "proxy.no_user"));
        }
        if (username.contains(":")) {
            throw InvalidProperty.property(
                    "wxtoken.wechat.proxy.username", Message.of(ForwardProxy.class, "proxy.colon"));
        }
        for (var each : Map.of("username", username, "password", Objects.requireNonNullElse(password, ""))
                .entrySet()) {
            String placeholder = InvalidProperty.placeholder(each.getValue());
            if (!placeholder.isEmpty()) {
                throw InvalidProperty.property(
                        "wxtoken.wechat.proxy." + each.getKey(),
                        Message.of(ForwardProxy.class, "placeholder", placeholder));
            }
        }
        return address.withLogin(username, password == null ? "" : password);
    }

    private static @Nullable String firstSet(List<String> names, Map<String, ?> values) {
        return names.stream()
                .filter(name -> !text(values, name).isBlank())
                .findFirst()
                .orElse(null);
    }

    private static String text(Map<String, ?> values, String name) {
        return Objects.toString(values.get(name), "");
    }

    @Override
    public List<Proxy> select(URI uri) {
        HttpUrl host = HttpUrl.get(uri);
        if (host == null || !host.isHttps() || excluded.test(host)) {
            return List.of(Proxy.NO_PROXY);
        }
        List<Proxy> proxies = selector.select(uri);
        return proxies == null || proxies.isEmpty() ? List.of(Proxy.NO_PROXY) : proxies;
    }

    /** Does nothing: each call tries the proxy again. */
    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {}

    /**
     * Logs in with the first {@code CONNECT}. A 407 from the other end of the tunnel gets nothing, since WeChat's host
     * must not receive the proxy's password.
     */
    @Override
    public @Nullable Request authenticate(@Nullable Route route, Response response) throws IOException {
        Request request = response.request();
        if (!request.method().equals("CONNECT")) {
            return null;
        }
        List<String> schemes =
                response.challenges().stream().map(Challenge::scheme).toList();
        // OkHttp's challenge before it sends anything.
        if (request.header(LOGIN) == null && schemes.contains("OkHttp-Preemptive")) {
            return authorization == null
                    ? null
                    : request.newBuilder().header(LOGIN, authorization).build();
        }
        throw new LoginException(
                schemes.isEmpty() || schemes.stream().anyMatch("Basic"::equalsIgnoreCase), authorization != null);
    }

    /** Describes the proxies of these hosts for the start message, without a login; empty if there are none. */
    List<String> note(List<HttpUrl> hosts) {
        List<String> proxies = hosts.stream()
                .map(this::name)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (proxies.isEmpty()) {
            return List.of();
        }
        List<String> direct = hosts.stream()
                .filter(host -> name(host).isEmpty())
                .map(Hosts::name)
                .toList();
        String except = direct.isEmpty() ? "" : "except for " + String.join(", ", direct);
        return List.of(String.join(
                ", ",
                Stream.of("through the proxy " + String.join(" and ", proxies), origin, except)
                        .filter(part -> !part.isEmpty())
                        .toList()));
    }

    private String name(HttpUrl host) {
        return name(select(host.uri()).get(0));
    }

    /** Returns host and port of a proxy, or an empty string if it stands for a direct connection. */
    static String name(Proxy proxy) {
        if (!(proxy.address() instanceof InetSocketAddress address)) {
            return "";
        }
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Signals that a proxy requires another login than the one it got, if any. */
    static final class LoginException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean basic;
        private final boolean given;

        /** Creates the exception: whether the proxy accepts Basic, and whether it got a login. */
        LoginException(boolean basic, boolean given) {
            this.basic = basic;
            this.given = given;
        }

        /** Says what the proxy requires, for a sentence that begins with the proxy. */
        String problem() {
            if (!basic) {
                return "requires another login than Basic";
            }
            return given ? "rejects the user name or password" : "requires a user name and a password";
        }
    }
}
