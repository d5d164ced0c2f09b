package io.github.wxtoken.api;

import org.apache.tomcat.util.http.parser.Host;

/** Tomcat's check of {@code Host} headers, extended to names with underscores. */
final class HostNames {

    private HostNames() {}

    /** Returns a host with letters in place of underscores, or the host itself if it is an address in brackets. */
    static String withoutUnderscores(String host) {
        return host.startsWith("[") ? host : host.replace('_', 'a');
    }

    /** Returns whether a {@code Host} header has an acceptable value. It may be empty. */
    static boolean isAcceptable(String host) {
        try {
            if (!host.isEmpty()) {
                Host.parse(withoutUnderscores(host));
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
