package io.github.wxtoken.benchmark;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The upstream of the relay and of nginx: grants tokens, reads each body to its end, answers with a small constant, and
 * counts. It can hold calls back until they are released. The simulated WeChat would be the bottleneck.
 */
final class RelayUpstream {

    /** The path of calls that are answered at once. The answers to no other calls are counted. */
    static final String FAST = "/cgi-bin/message/template/send";

    /** The path of calls that are answered when they are released. */
    static final String HANGING = "/wxa/hanging";

    /** The path of calls whose body is read to its middle, and on when they are released. */
    static final String HALFWAY = "/wxa/halfway";

    /** The path for the counters: complete bodies, their bytes, and calls held back. */
    static final String COUNTERS = "/counters";

    /** The path that releases the calls held back. */
    static final String RELEASE = "/release";

    private RelayUpstream() {}

    /**
     * Serves until it is killed.
     *
     * @param args a directory for its files; the port; whether to use virtual threads
     */
    public static void main(String[] args) throws Exception {
        BareServlet.serve(args[0], Integer.parseInt(args[1]), Boolean.parseBoolean(args[2]), new Answering(), "/*");
    }

    private static final class Answering extends HttpServlet {

        private static final long serialVersionUID = 1;

        private static final byte[] OK = json("{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":200228332}");
        private static final byte[] TOKEN = json("{\"access_token\":\"" + "t".repeat(136) + "\",\"expires_in\":7200}");

        private static final byte[] ADDRESSES = json("{\"ip_list\":[\"127.0.0.1\"]}");

        private final LongAdder calls = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final AtomicInteger held = new AtomicInteger();
        private transient volatile CountDownLatch released = new CountDownLatch(1);

        private static byte[] json(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] answer = OK;
            switch (request.getPathInfo()) {
                case FAST -> count(read(request.getInputStream(), Long.MAX_VALUE), request);
                case HANGING -> hold();
                case HALFWAY -> {
                    InputStream in = request.getInputStream();
                    long first = read(in, request.getContentLengthLong() / 2);
                    hold();
                    count(first + read(in, Long.MAX_VALUE), request);
                }
                case COUNTERS -> answer = json(calls.sum() + " " + bytes.sum() + " " + held.get());
                case RELEASE -> {
                    CountDownLatch current = released;
                    released = new CountDownLatch(1);
                    current.countDown();
                }
                case "/cgi-bin/token", "/cgi-bin/stable_token" -> answer = TOKEN;
                case "/cgi-bin/getcallbackip" -> answer = ADDRESSES;
                default -> read(request.getInputStream(), Long.MAX_VALUE);
            }
            response.setContentType("application/json");
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        }

        private void count(long read, HttpServletRequest request) {
            if (read == request.getContentLengthLong()) {
                calls.increment();
                bytes.add(read);
            }
        }

        /** Reads at least this number of bytes, or to the end. */
        private static long read(InputStream in, long enough) throws IOException {
            byte[] buffer = new byte[16 * 1024];
            long all = 0;
            while (all < enough) {
                int read = in.read(buffer);
                if (read < 0) {
                    break;
                }
                all += read;
            }
            return all;
        }

        private void hold() throws IOException {
            CountDownLatch current = released;
            held.incrementAndGet();
            try {
                current.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                held.decrementAndGet();
            }
        }
    }
}
