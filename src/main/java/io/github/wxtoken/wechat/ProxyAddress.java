package io.github.wxtoken.wechat;

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

    private static final String FORM = "Use the form http://proxy.example.com:3128.";
    private static final Pattern PORT = Pattern.compile(":\\d+/?$");

    /**
     * Parses a URL, which may contain a percent-encoded user name and password. As in the environment variables of
     * other programs, {@code http://} may be missing.
     *
     * @param invalid creates the exception from the reason, which contains nothing of the URL
     */
    static ProxyAddress parse(String text, Function<String, RuntimeException> invalid) {
        String placeholder = InvalidProperty.placeholder(text);
        if (!placeholder.isEmpty()) {
            throw invalid.apply(placeholder + " is not set. Set that environment variable.");
        }
        String url = text.contains("://") ? text : "http://" + text;
        String scheme = url.substring(0, url.indexOf("://")).toLowerCase(Locale.ROOT);
        if (scheme.startsWith("socks")) {
            throw invalid.apply("SOCKS is not supported, only an HTTP proxy that allows CONNECT. " + FORM);
        }
        if (scheme.equals("https")) {
            throw invalid.apply(
                    "TLS to the proxy itself is not supported; calls to WeChat are encrypted nevertheless. " + FORM);
        }
        HttpUrl parsed = scheme.equals("http") ? HttpUrl.parse(url) : null;
        if (parsed == null) {
            throw invalid.apply(
                    "It is not a valid URL. " + FORM + " Percent-encode special characters in user name and password.");
        }
        if (!parsed.encodedPath().equals("/") || parsed.query() != null || parsed.fragment() != null) {
            throw invalid.apply("The URL must have no path, query or fragment. " + FORM
                    + " Percent-encode special characters in user name and password.");
        }
        if (!PORT.matcher(url).find()) {
            throw invalid.apply("The URL has no port. " + FORM);
        }
        InetSocketAddress socket = InetSocketAddress.createUnresolved(parsed.host(), parsed.port());
        if (parsed.username().isEmpty()) {
            return new ProxyAddress(socket, null);
        }
        if (parsed.username().contains(":")) {
            throw invalid.apply("The user name must not contain a colon.");
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
