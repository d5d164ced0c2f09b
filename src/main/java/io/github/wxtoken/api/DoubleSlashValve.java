package io.github.wxtoken.api;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;

/**
 * Replaces repeated slashes in the raw path by one. Clients send them if a slash ends their base URL. Tomcat has already
 * done the same in the decoded path, which selects the servlet. The fast path, Spring Security and Spring MVC use the
 * raw path, so all of them see the same path after this valve. Encoded slashes, dots and path parameters are kept:
 * Spring Security rejects them.
 */
final class DoubleSlashValve extends ValveBase {

    private static final String DOUBLE = "//";
    private static final Pattern REPEATED = Pattern.compile("/{2,}");

    DoubleSlashValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        MessageBytes path = request.getCoyoteRequest().requestURI();
        if (path.getType() == MessageBytes.T_BYTES && isDouble(path.getByteChunk())) {
            path.setString(single(path.toString()));
        }
        getNext().invoke(request, response);
    }

    private static boolean isDouble(ByteChunk path) {
        return path.indexOf(DOUBLE, 0, DOUBLE.length(), 0) >= 0;
    }

    /** Returns a path with single slashes only. */
    static String single(String path) {
        return REPEATED.matcher(path).replaceAll("/");
    }
}
