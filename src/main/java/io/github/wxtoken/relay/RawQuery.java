package io.github.wxtoken.relay;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query of a URL. Single parameters can be read and replaced; all others stay byte for byte as they came.
 * Immutable. Its {@link #toString()} hides the content.
 */
final class RawQuery {

    /** The parameters as they came, separated by {@code &}. */
    private final List<String> parts;

    private RawQuery(List<String> parts) {
        this.parts = List.copyOf(parts);
    }

    /** Returns the query of a URL; null stands for none. */
    static RawQuery of(@Nullable String query) {
        return new RawQuery(query == null || query.isEmpty() ? List.of() : List.of(query.split("&", -1)));
    }

    /**
     * Returns the decoded value of a parameter, or null if it is missing or empty.
     *
     * @throws RelayException if it occurs twice or is malformed
     */
    @Nullable
    String get(String name) {
        String found = null;
        for (String part : parts) {
            if (nameOf(part).equals(name)) {
                if (found != null) {
                    throw RelayException.malformed(47001, "data format error: duplicate " + name);
                }
                int equals = part.indexOf('=');
                found = equals < 0 ? "" : decode(part.substring(equals + 1));
            }
        }
        return found == null || found.isEmpty() ? null : found;
    }

    /** Returns the query with this value of a parameter: in its place, or at the end if it is missing. */
    RawQuery with(String name, String value) {
        String part = name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        List<String> changed = new ArrayList<>(parts);
        for (int i = 0; i < changed.size(); i++) {
            if (nameOf(changed.get(i)).equals(name)) {
                changed.set(i, part);
                return new RawQuery(changed);
            }
        }
        changed.add(part);
        return new RawQuery(changed);
    }

    /** Returns the query without a parameter. */
    RawQuery without(String name) {
        return new RawQuery(
                parts.stream().filter(part -> !nameOf(part).equals(name)).toList());
    }

    /** Returns the query as it is sent, without the question mark. */
    String encoded() {
        return String.join("&", parts);
    }

    @Override
    public String toString() {
        return "RawQuery[" + parts.size() + "]";
    }

    /** Decodes the name, because WeChat does so, too. */
    private static String nameOf(String part) {
        int equals = part.indexOf('=');
        return decode(equals < 0 ? part : part.substring(0, equals));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RelayException.malformed(47001, "data format error: malformed query");
        }
    }
}
