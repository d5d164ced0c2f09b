package io.github.wxtoken.monitor;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpHeaders;
import org.springframework.util.DigestUtils;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.util.HtmlUtils;

/**
 * Serves the static files of the status page. They contain no data and are public. The browser reads the data from the
 * endpoint {@code tokens} with an operator's key. Thread-safe.
 */
final class StatusPage extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** The folder of the files, relative to this class. */
    static final String FOLDER = "status/";

    private static final Set<String> FILES = Set.of(
            "status.css",
            "many.css",
            "account.js",
            "board.js",
            "bulk.js",
            "cause.js",
            "client.js",
            "clock.js",
            "confirm.js",
            "dom.js",
            "en.js",
            "events.js",
            "find.js",
            "fold.js",
            "legend.js",
            "lives.js",
            "main.js",
            "notices.js",
            "relay.css",
            "relay.js",
            "texts.js",
            "timeline.js",
            "times.js",
            "token.js",
            "zh.js");

    private static final int CHUNK = 8 * 1024;
    private static final long WRITES_WITHIN_MILLIS = 10_000;

    /** Allows only the page's own files and endpoints of the same origin, and forbids embedding in other pages. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final transient File page;
    private final transient Map<String, File> files;

    /** Creates the servlet. {@code endpoints} is the path of the endpoints, relative to the page's folder. */
    StatusPage(String endpoints) {
        this.page = new File(
                "text/html;charset=UTF-8", text("status.html").replace("{endpoints}", HtmlUtils.htmlEscape(endpoints)));
        this.files = FILES.stream()
                .collect(Collectors.toUnmodifiableMap(
                        name -> "/" + name, name -> new File(type(name) + ";charset=UTF-8", text(name))));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo();
        if (Stream.of("GET", "HEAD").noneMatch(request.getMethod()::equals)) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        } else if ("/".equals(path)) {
            // The page's links are relative to its folder.
            response.setHeader(HttpHeaders.LOCATION, "../status");
            response.setStatus(HttpServletResponse.SC_FOUND);
        } else {
            File file = path == null ? page : files.get(path);
            if (file == null) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
            } else {
                send(file, request, response);
            }
        }
    }

    private static void send(File file, HttpServletRequest request, HttpServletResponse response) throws IOException {
        // Revalidated each time, so that an upgrade takes effect immediately.
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Referrer-Policy", "no-referrer");
        if (!new ServletWebRequest(request, response).checkNotModified(file.etag)) {
            response.setContentType(file.type);
            response.setContentLength(file.content.length);
            write(file.content, request.startAsync(request, response));
        }
    }

    /** Writes without blocking: a client that does not read must not hold a thread. */
    private static void write(byte[] content, AsyncContext answer) throws IOException {
        answer.setTimeout(WRITES_WITHIN_MILLIS);
        ServletOutputStream out = answer.getResponse().getOutputStream();
        out.setWriteListener(new WriteListener() {
            private int written;

            @Override
            public void onWritePossible() throws IOException {
                while (written < content.length && out.isReady()) {
                    int length = Math.min(CHUNK, content.length - written);
                    out.write(content, written, length);
                    written += length;
                }
                if (written == content.length && out.isReady()) {
                    answer.complete();
                }
            }

            @Override
            public void onError(Throwable e) {
                answer.complete();
            }
        });
    }

    private static String type(String name) {
        return name.endsWith(".css") ? "text/css" : "text/javascript";
    }

    private static String text(String name) {
        try {
            return new ClassPathResource(FOLDER + name, StatusPage.class).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file as it is sent. */
    private static final class File {

        private final String type;
        private final byte[] content;
        private final String etag;

        File(String type, String text) {
            this.type = type;
            this.content = text.getBytes(StandardCharsets.UTF_8);
            this.etag = '"' + DigestUtils.md5DigestAsHex(content) + '"';
        }
    }
}
