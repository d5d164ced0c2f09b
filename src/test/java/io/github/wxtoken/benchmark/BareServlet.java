package io.github.wxtoken.benchmark;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * The reference for {@code GET /token}: the minimum that Tomcat can do for the same answer. It has no callers,
 * accounts or tokens and writes a constant.
 */
final class BareServlet {

    private BareServlet() {}

    /**
     * Serves a constant until it is killed.
     *
     * @param args a directory for its files; the port; a file with the body; the ETag; whether to use virtual threads
     */
    public static void main(String[] args) throws Exception {
        Constant constant = new Constant(Files.readAllBytes(Path.of(args[2])), args[3]);
        serve(args[0], Integer.parseInt(args[1]), Boolean.parseBoolean(args[4]), constant, "/token");
    }

    /** Serves a servlet until the process is killed. */
    static void serve(String directory, int port, boolean virtualThreads, HttpServlet servlet, String path)
            throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(directory);
        Connector connector = new Connector();
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(port);
        // Unlimited, like the server it is compared with.
        connector.setProperty("maxKeepAliveRequests", "-1");
        // Hundreds of relayed calls connect at once.
        connector.setProperty("acceptCount", "4096");
        if (virtualThreads) {
            connector.getProtocolHandler().setExecutor(virtualThreads());
        }
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", directory);
        Tomcat.addServlet(context, "servlet", servlet).addMapping(path);
        tomcat.start();
        tomcat.getServer().await();
    }

    /** Uses reflection: the method exists since JDK 21 but the code is compiled for 17. */
    private static Executor virtualThreads() throws ReflectiveOperationException {
        return (Executor)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private static final class Constant extends HttpServlet {

        private static final long serialVersionUID = 1;

        private final byte[] body;
        private final String etag;

        Constant(byte[] body, String etag) {
            this.body = body;
            this.etag = etag;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("ETag", etag);
            response.setContentType("application/json");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
