package io.github.wxtoken.api;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and a port, as in {@code Host} and {@code Origin} headers.
 *
 * @param host the name in lower case and without a trailing dot, or an IP address (version 6 in brackets)
 * @param port the port, or -1 if none is named
 */
record Authority(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{0,5}))?");
    private static final Pattern ORIGIN = Pattern.compile("(http|https)://(.+)");
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    /** Parses the value of a {@code Host} header. Returns null if it is malformed. */
    static @Nullable Authority of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return null;
        }
        String host = form.group(1).toLowerCase(Locale.ROOT);
        String port = form.group(2);
        return new Authority(
                host.endsWith(".") ? host.substring(0, host.length() - 1) : host,
                port == null || port.isEmpty() ? -1 : Integer.parseInt(port));
    }

    /**
     * Returns whether an {@code Origin} header names this host and port. If no port is named, it is the default of the
     * origin's scheme: a proxy may terminate TLS, so this server does not know the scheme that the browser uses.
     */
    boolean isOrigin(String origin) {
        Matcher form = ORIGIN.matcher(origin);
        Authority other = form.matches() ? of(form.group(2)) : null;
        if (other == null) {
            return false;
        }
        int usual = form.group(1).equals("https") ? 443 : 80;
        return other.host.equals(host) && other.portOr(usual) == portOr(usual);
    }

    /** Returns whether the host is {@code localhost} or an IP address, which DNS cannot direct to another machine. */
    boolean isFixed() {
        return host.equals("localhost")
                || (isName() && host.endsWith(".localhost"))
                || host.startsWith("[")
                || IPV4.matcher(host).matches();
    }

    /** Returns whether the host is a well-formed name, which is safe to log. */
    boolean isName() {
        return NAME.matcher(host).matches();
    }

    private int portOr(int usual) {
        return port < 0 ? usual : port;
    }
}
