package io.github.wxtoken.relay;

import io.github.wxtoken.support.Message;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The paths at WeChat that a caller may call. A pattern is a path, or a path that ends in {@code /**} for all below it.
 * Sensitive paths must be named literally. Immutable.
 */
final class PathPolicy {

    private static final String BELOW = "/**";

    /**
     * WeChat's paths have no other characters. Without percent and semicolon, each path has one spelling only. No group
     * is repeated, as Java would recurse for each segment.
     */
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9_./-]*[A-Za-z0-9_.-]");

    /** Empty segments, and those that stand for another path. */
    private static final Pattern SPECIAL = Pattern.compile("//|/\\.{1,2}(/|$)");

    /** The beginnings of paths that reset quotas, administer a platform or reveal earlier calls, in lower case. */
    private static final List<String> SENSITIVE = List.of(
            "/cgi-bin/clear_quota",
            "/cgi-bin/openapi/quota/clear",
            // Returns the URL of an earlier call, which had the token.
            "/cgi-bin/openapi/rid",
            "/cgi-bin/component");

    private final List<String> patterns;

    /** Creates the policy from valid patterns. */
    PathPolicy(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** Returns why a text is no pattern, or null if it is one. One for all below a sensitive path would never match. */
    static @Nullable Message flaw(String text) {
        boolean below = text.endsWith(BELOW);
        String path = below ? text.substring(0, text.length() - BELOW.length()) : text;
        if (!(below && path.isEmpty()) && !isPath(path)) {
            return Message.of(PathPolicy.class, "path.none");
        }
        return below && isSensitive(path) ? Message.of(PathPolicy.class, "path.sensitive") : null;
    }

    /** Compares without case, because WeChat may not distinguish it. */
    private static boolean isSensitive(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return SENSITIVE.stream().anyMatch(lower::startsWith);
    }

    /** Returns whether a text is the path of a call that can be passed on at all. */
    static boolean isPath(String text) {
        return PATH.matcher(text).matches() && !SPECIAL.matcher(text).find();
    }

    /** Returns the pattern that allows a path, or null if none does. */
    @Nullable
    String match(String path) {
        boolean literally = isSensitive(path);
        for (String pattern : patterns) {
            boolean matches = pattern.endsWith(BELOW)
                    ? !literally && path.startsWith(pattern.substring(0, pattern.length() - BELOW.length() + 1))
                    : pattern.equals(path);
            if (matches) {
                return pattern;
            }
        }
        return null;
    }

    /** Returns all patterns. */
    List<String> patterns() {
        return patterns;
    }
}
