package io.github.wxtoken.relay;

import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a relayed request asks for: a path at WeChat, a query, and perhaps an account. Immutable. Its {@link #toString()}
 * hides the query.
 *
 * @param appid the AppID in the path, or null
 * @param path the path at WeChat
 * @param query the query
 */
record RelayTarget(@Nullable String appid, String path, RawQuery query) {

    /** The prefix of all relayed paths but those in {@link #AT_ROOT}. */
    static final String PREFIX = "/relay";

    /** Paths relayed from the root as well, because EasyWeChat drops the path of its base URL there. */
    static final Set<String> AT_ROOT = Set.of("/sns/jscode2session", "/sns/oauth2/access_token");

    /** The form of AppIDs. No path of WeChat begins like this, so an unknown AppID can be told from a path. */
    private static final Pattern APPID = Pattern.compile("wx[0-9a-f]{16}");

    private static final String CLEAR_QUOTA = "/cgi-bin/clear_quota/v2";
    private static final Set<String> ANSWERED_HERE =
            Set.of("/cgi-bin/token", "/cgi-bin/stable_token", "/cgi-bin/ticket/getticket");

    /**
     * Parses a request.
     *
     * @param uri the raw path below the context path
     * @param query the raw query, or null
     * @param known whether a text is the AppID of an account
     * @throws RelayException if the path cannot be one of WeChat's
     */
    static RelayTarget of(String uri, @Nullable String query, Predicate<String> known) {
        String path = uri.startsWith(PREFIX + "/") ? uri.substring(PREFIX.length()) : uri;
        if (!PathPolicy.isPath(path) || uri.equals(PREFIX)) {
            throw invalid();
        }
        String appid = null;
        int second = path.indexOf('/', 1);
        String first = path.substring(1, second < 0 ? path.length() : second);
        if (APPID.matcher(first).matches() || known.test(first)) {
            if (second < 0) {
                throw invalid();
            }
            appid = first;
            path = path.substring(second);
        }
        return new RelayTarget(appid, path, RawQuery.of(query));
    }

    private static RelayException invalid() {
        return RelayException.malformed(40066, "invalid url");
    }

    /** Returns whether this server answers the call itself. */
    boolean isAnsweredHere() {
        return ANSWERED_HERE.contains(path);
    }

    /** Returns whether the query has an {@code access_token} of a user, not of the account. */
    boolean isOfUser() {
        return path.startsWith("/sns/");
    }

    /** Returns the parameter that takes the AppSecret, or null if the call has none. */
    @Nullable
    String secretParameter() {
        return AT_ROOT.contains(path) ? "secret" : path.equals(CLEAR_QUOTA) ? "appsecret" : null;
    }

    @Override
    public String toString() {
        return "RelayTarget[" + path + "]";
    }
}
