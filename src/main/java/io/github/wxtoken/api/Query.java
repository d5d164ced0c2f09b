package io.github.wxtoken.api;

import io.github.wxtoken.support.Message;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query parameters of a request, restricted to those that its call supports. */
final class Query {

    private final Map<String, String[]> parameters;

    private Query(Map<String, String[]> parameters) {
        this.parameters = parameters;
    }

    /**
     * Returns the query of a request to a call that supports these parameters.
     *
     * @throws RejectedRequestException if the request has others, or its query string is malformed
     */
    static Query of(HttpServletRequest request, String... known) {
        Map<String, String[]> parameters = parameters(request);
        if (!List.of(known).containsAll(parameters.keySet())) {
            throw RejectedRequestException.badRequest(
                    known.length == 1
                            ? Message.of(Query.class, "query.only", known[0])
                            : Message.of(Query.class, "query.known", String.join(", ", known)));
        }
        return new Query(parameters);
    }

    /** Returns a parameter, or null if it is absent. Rejects repeated and blank parameters. */
    @Nullable
    String get(String name) {
        String[] values = parameters.get(name);
        if (values == null) {
            return null;
        }
        if (values.length != 1 || values[0].isBlank()) {
            throw RejectedRequestException.badRequest(Message.of(Query.class, "query.once", name));
        }
        return values[0];
    }

    /** Returns a mandatory parameter. Rejects requests without it. */
    String require(String name) {
        String value = get(name);
        if (value == null) {
            throw RejectedRequestException.badRequest(Message.of(Query.class, "query.missing", name));
        }
        return value;
    }

    /** Returns all parameters of a request. Rejects a malformed query string. */
    static Map<String, String[]> parameters(HttpServletRequest request) {
        try {
            return request.getParameterMap();
        } catch (IllegalStateException e) {
            // Tomcat cannot decode the parameters.
            throw RejectedRequestException.badRequest(Message.of(Query.class, "query.malformed"));
        }
    }
}
