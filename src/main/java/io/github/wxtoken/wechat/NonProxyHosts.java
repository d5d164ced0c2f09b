package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** Parses lists of hosts that are called without a proxy, in the form of the variable {@code NO_PROXY}. */
final class NonProxyHosts {

    /** A host or IP address, with all names below it; optionally a wildcard or dot before it and a port after it. */
    private static final Pattern ENTRY =
            Pattern.compile("(?:\\*?\\.)?([\\p{Alnum}._-]+|\\[[\\p{XDigit}:.]+])(?::(\\d{1,5}))?");

    private NonProxyHosts() {}

    /** Returns the hosts of a property, and rejects entries that match nothing. */
    static Predicate<HttpUrl> ofProperty(String property, List<String> entries) {
        Predicate<HttpUrl> any = host -> false;
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i).strip();
            if (!isEntry(entry)) {
                throw InvalidProperty.property(property + "[" + i + "]", Message.of(NonProxyHosts.class, "proxy.host"));
            }
            any = any.or(hosts(entry));
        }
        return any;
    }

    /** Returns the hosts of an environment variable. It ignores entries for other programs, such as networks. */
    static Predicate<HttpUrl> ofVariable(String value) {
        return Pattern.compile("[,\\s]+")
                .splitAsStream(value)
                .filter(NonProxyHosts::isEntry)
                .map(NonProxyHosts::hosts)
                .reduce(host -> false, Predicate::or);
    }

    private static boolean isEntry(String entry) {
        return entry.equals("*") || ENTRY.matcher(entry).matches();
    }

    private static Predicate<HttpUrl> hosts(String entry) {
        Matcher parts = ENTRY.matcher(entry.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return host -> true;
        }
        String name = parts.group(1).replaceAll("[\\[\\]]", "");
        String port = parts.group(2);
        return host -> (host.host().equals(name) || host.host().endsWith("." + name))
                && (port == null || Integer.parseInt(port) == host.port());
    }
}
