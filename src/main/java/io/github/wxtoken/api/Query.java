package io.github.wxtoken.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query of a request: the parameters that a call knows, and no others. */
final class Query {

    private final Map<String, String[]> parameters;

    private Query(Map<String, String[]> parameters) {
        this.parameters = parameters;
    }

    /** The query of a request to a call that knows these parameters. */
    static Query of(HttpServletRequest request, String... known) {
        Map<String, String[]> parameters = parameters(request);
        if (!List.of(known).containsAll(parameters.keySet())) {
            throw RejectedRequestException.badRequest(
                    known.length == 1
                            ? "The only query parameter known here is " + known[0] + "."
                            : "The query parameters known here are " + String.join(", ", known)
                                    + ". The value of one that contains & or = has to be percent-encoded.");
        }
        return new Query(parameters);
    }

    /** A parameter, or null where it is left out. */
    @Nullable
    String get(String name) {
        String[] values = parameters.get(name);
        if (values == null) {
            return null;
        }
        if (values.length != 1 || values[0].isBlank()) {
            throw RejectedRequestException.badRequest(
                    "The query parameter " + name + " must be given once, and not be blank.");
        }
        return values[0];
    }

    /** A parameter that must not be left out. */
    String require(String name) {
        String value = get(name);
        if (value == null) {
            throw RejectedRequestException.badRequest("The query parameter " + name + " is missing.");
        }
        return value;
    }

    /** All parameters of a request. */
    static Map<String, String[]> parameters(HttpServletRequest request) {
        try {
            return request.getParameterMap();
        } catch (IllegalStateException e) {
            // How Tomcat says that it cannot decode them.
            throw RejectedRequestException.badRequest("The query string is malformed.");
        }
    }
}
