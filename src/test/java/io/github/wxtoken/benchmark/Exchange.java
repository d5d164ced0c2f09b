package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One request on a connection, and what has come of its answer. */
final class Exchange {

    private static final String END_OF_HEAD = "\r\n\r\n";

    private final StringBuilder answer = new StringBuilder();

    /** A request as it is sent; headers are whole lines. */
    static String request(String method, String path, String body, String... headers) {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        if (!body.isEmpty()) {
            request.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length())
                    .append("\r\n");
        }
        return request.append("\r\n").append(body).toString();
    }

    /** The status that a request is answered with. */
    static int status(SocketChannel socket, String request) throws IOException {
        return of(socket, request).status();
    }

    /** Sends a request, and waits for all of its answer. */
    static Exchange of(SocketChannel socket, String request) throws IOException {
        socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        Exchange exchange = new Exchange();
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (!exchange.isComplete()) {
            if (socket.read(buffer.clear()) < 0) {
                throw new IOException("ended early: " + exchange.answer);
            }
            exchange.add(buffer.flip());
        }
        return exchange;
    }

    /** Takes what has come. */
    void add(ByteBuffer bytes) {
        answer.append(StandardCharsets.ISO_8859_1.decode(bytes));
    }

    boolean isComplete() {
        int head = answer.indexOf(END_OF_HEAD);
        if (head < 0) {
            return false;
        }
        String length = header("Content-Length");
        int rest = answer.length() - head - END_OF_HEAD.length();
        if (status() == 304) {
            return true;
        }
        return length.isEmpty() ? answer.indexOf("\r\n0\r\n\r\n") >= 0 : rest >= Integer.parseInt(length);
    }

    int status() {
        return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3));
    }

    /** A header's value, or nothing. */
    String header(String name) {
        return answer.substring(0, answer.indexOf(END_OF_HEAD))
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }

    /** The body, of an answer that tells its length. */
    String body() {
        return answer.substring(answer.indexOf(END_OF_HEAD) + END_OF_HEAD.length());
    }
}
