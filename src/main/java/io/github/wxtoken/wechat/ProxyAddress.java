package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The address of a forward proxy and the login it requires. Its {@link #toString()} hides the login.
 *
 * @param socket host and port, unresolved, so that each call resolves the name
 * @param authorization the value of {@code Proxy-Authorization}, or null for no login
 */
record ProxyAddress(InetSocketAddress socket, @Nullable String authorization) {

    private static final Message FORM = Message.of(ProxyAddress.class, "proxy.form");
    private static final Pattern PORT = Pattern.compile(":\\d+/?$");

    /**
     * Parses a URL, which may contain a percent-encoded user name and password. As in the environment variables of
     * other programs, {@code http://} may be missing.
     *
     * @param invalid creates the exception from the reason, which contains nothing of the URL
     */
    static ProxyAddress parse(String text, Function<Message, RuntimeException> invalid) {
        String placeholder = InvalidProperty.placeholder(text);
        if (!placeholder.isEmpty()) {
            throw invalid.apply(Message.of(ProxyAddress.class, "placeholder", placeholder));
        }
        String url = text.contains("://") ? text : "http://" + text;
        String scheme = url.substring(0, url.indexOf("://")).toLowerCase(Locale.ROOT);
        if (scheme.startsWith("socks")) {
            throw invalid.apply(Message.of(ProxyAddress.class, "proxy.socks", FORM));
        }
        if (scheme.equals("https")) {
            throw invalid.apply(Message.of(ProxyAddress.class, "proxy.tls", FORM));
        }
        HttpUrl parsed = scheme.equals("http") ? HttpUrl.parse(url) : null;
        if (parsed == null) {
            throw invalid.apply(Message.of(ProxyAddress.class, "proxy.url", FORM));
        }
        if (!parsed.encodedPath().equals("/") || parsed.query() != null || parsed.fragment() != null) {
            throw invalid.apply(Message.of(ProxyAddress.class, "proxy.path", FORM));
        }
        if (!PORT.matcher(url).find()) {
            throw invalid.apply(Message.of(ProxyAddress.class, "proxy.port", FORM));
        }
        InetSocketAddress socket = InetSocketAddress.createUnresolved(parsed.host(), parsed.port());
        if (parsed.username().isEmpty()) {
            return new ProxyAddress(socket, null);
        }
        if (parsed.username().contains(":")) {
            throw invalid.apply(Message.of(ProxyAddress.class, "proxy.user_colon"));
        }
        return new ProxyAddress(socket, basic(parsed.username(), parsed.password()));
    }

    /** Returns this address with a login. */
    ProxyAddress withLogin(String username, String password) {
        return new ProxyAddress(socket, basic(username, password));
    }

    private static String basic(String username, String password) {
        return Credentials.basic(username, password, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "ProxyAddress[" + socket.getHostString() + ":" + socket.getPort() + "]";
    }
}
