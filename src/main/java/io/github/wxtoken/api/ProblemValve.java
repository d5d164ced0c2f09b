package io.github.wxtoken.api;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last to see every answer: forbids to store it, and reports errors that never reached Spring, such as malformed
 * requests, as problem details where Tomcat would send a page of HTML.
 */
final class ProblemValve extends ErrorReportValve {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        forbidToStore(response);
        super.invoke(request, response);
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            // What went wrong may have reset the headers.
            forbidToStore(response);
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

    private static void forbidToStore(Response response) {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
