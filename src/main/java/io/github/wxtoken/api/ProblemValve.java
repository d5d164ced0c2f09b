package io.github.wxtoken.api;

import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.support.Message;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.apache.coyote.CloseNowException;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Completes every response: forbids caching and content sniffing, and reports errors that never reach Spring, such as
 * malformed requests, as problem details instead of Tomcat's HTML pages. On WeChat's paths they have WeChat's format, but
 * not on those of the relay: SDKs repeat a call with WeChat's errcode -1.
 */
final class ProblemValve extends ErrorReportValve {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_TAKEN = 64 * 1024;

    private final WeChatPaths weChats;
    private final MalformedRequestLog malformed;

    ProblemValve(WeChatPaths weChats, MalformedRequestLog malformed) {
        this.weChats = weChats;
        this.malformed = malformed;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        protect(response);
        KeyAuthentication.onShown(request, caller -> LimitedProtocol.keyShown(request.getCoyoteRequest(), caller));
        super.invoke(request, response);
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof CloseNowException
                && request.getProtocol().equals("HTTP/2.0")
                && request.getConnector().getProtocolHandler() instanceof LimitedProtocol protocol) {
            // Tomcat would end the stream like one with a whole answer, and then reset it.
            protocol.close(request.getPeerAddr(), request.getRemotePort());
        }
        // Also for an asynchronous request: nothing reads the body any more, and Tomcat would wait for it at the end.
        abandonBody(request);
    }

    /**
     * Abandons the missing part of an unread body. Tomcat would block this thread to wait for it, so a few hundred slow
     * senders could hold all threads. The part that has arrived is consumed: closing the connection on unread data
     * would reset it, and the sender might never see its answer.
     */
    static void abandonBody(Request request) throws IOException {
        AtomicBoolean read = new AtomicBoolean();
        request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        if (read.get()) {
            return;
        }
        try {
            InputStream in = request.getStream();
            byte[] buffer = new byte[8 * 1024];
            // A chunked body may stop in the middle of a chunk length, and the thread would wait for the rest.
            boolean sized = request.getContentLengthLong() >= 0;
            for (int taken = 0; sized && taken < MOST_TAKEN && in.available() > 0; ) {
                taken += Math.max(1, in.read(buffer, 0, buffer.length));
            }
            request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        } catch (IOException e) {
            // The connection is no longer usable.
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
            // After the answer, the arrived part of the body can no longer be consumed: the connection would be lost.
            abandonBody(request);
            // The failure may have reset the headers.
            protect(response);
            boolean weChat = weChats.contain(request);
            // WeChat's errmsg is English.
            Locale locale = weChat ? Locale.ENGLISH : LanguageConfiguration.locale(request);
            Problem problem = problem(request, status, thrown, locale);
            response.setStatus(weChat ? HttpStatus.OK.value() : status);
            response.setContentType(
                    weChat ? MediaType.APPLICATION_JSON_VALUE : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(JSON.writeValueAsString(weChat ? weChats(problem) : problem));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException e) {
            // The caller has disconnected or the response is committed: there is nothing left to report.
        }
    }

    private Problem problem(Request request, int status, @Nullable Throwable thrown, Locale locale) {
        Problem problem = Problem.of(status, locale);
        if (!MalformedRequest.isStatus(status)
                || !(request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol)) {
            return problem;
        }
        Message reason = new MalformedRequest(request.getCoyoteRequest(), status, thrown).reason(protocol);
        malformed.add(reason.toString(), request.getRemoteAddr());
        return problem.withDetail(reason.in(locale));
    }

    private static WeChatAnswer weChats(Problem problem) {
        boolean failed = problem.status() >= 500 && !MalformedRequest.isStatus(problem.status());
        return failed
                ? WeChatAnswer.error(-1, "system error: " + problem.detail())
                : WeChatAnswer.error(47001, "data format error: " + problem.detail());
    }

    private static void protect(Response response) {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
    }
}
