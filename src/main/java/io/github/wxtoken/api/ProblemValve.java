package io.github.wxtoken.api;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last to see every answer: forbids to store it or to guess its type, and reports errors that never reached Spring, such as malformed
 * requests, as problem details where Tomcat would send a page of HTML.
 */
final class ProblemValve extends ErrorReportValve {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_TAKEN = 64 * 1024;

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        protect(response);
        super.invoke(request, response);
        // Also where the answer is still awaited: nobody is going to read it then, and Tomcat would wait for it at the
        // end.
        abandonBody(request);
    }

    /**
     * Gives up what has not come of a body that nobody has read. Tomcat would wait for it with this thread, so that a few
     * hundred slow senders could hold all of them. What has come is taken: closing on it would reset the connection, and
     * the sender might never see its answer.
     */
    private static void abandonBody(Request request) throws IOException {
        AtomicBoolean read = new AtomicBoolean();
        request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        if (read.get()) {
            return;
        }
        try {
            InputStream in = request.getStream();
            byte[] buffer = new byte[8 * 1024];
            // The pieces of a chunked body may end in the middle of a number, for the rest of which the thread would
            // wait.
            boolean sized = request.getContentLengthLong() >= 0;
            for (int taken = 0; sized && taken < MOST_TAKEN && in.available() > 0; ) {
                taken += Math.max(1, in.read(buffer, 0, buffer.length));
            }
            request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        } catch (IOException e) {
            // Then the connection is of no use any more.
        }
        if (!read.get()) {
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            // Once it is answered, what has come of the body can no longer be taken, and that would cost the
            // connection.
            abandonBody(request);
            // What went wrong may have reset the headers.
            protect(response);
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(JSON.writeValueAsString(Problem.of(status)));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException e) {
            // The caller is gone, or the answer is under way: there is nobody to tell.
        }
    }

    private static void protect(Response response) {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
    }
}
