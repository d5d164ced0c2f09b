package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One request on a connection and the part of its answer received so far. */
final class Exchange {

    private static final String END_OF_HEAD = "\r\n\r\n";

    private final StringBuilder answer = new StringBuilder();

    /** Returns a request in its wire format; headers are whole lines. */
    static String request(String method, String path, String body, String... headers) {
        return body.isEmpty()
                ? head(method, path, headers) + "\r\n"
                : head(method, path, "application/json", body.length(), headers) + body;
    }

    /** Returns the head of a request with a body; headers are whole lines. */
    static String head(String method, String path, String type, int length, String... headers) {
        return head(method, path, headers) + "Content-Type: " + type + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static String head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.toString();
    }

    /**
     * Sends a request on a blocking connection and waits for the complete answer, limited by the connection's
     * timeout.
     */
    static Exchange of(SocketChannel socket, String request) throws IOException {
        return of(socket, request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Does the same with the bytes of a request. */
    static Exchange of(SocketChannel socket, byte[] request) throws IOException {
        socket.write(ByteBuffer.wrap(request));
        return answer(socket);
    }

    /** Waits for the complete answer to a request that was sent before, limited by the connection's timeout. */
    static Exchange answer(SocketChannel socket) throws IOException {
        Exchange exchange = new Exchange();
        byte[] buffer = new byte[16 * 1024];
        // Uses the stream, because the channel itself ignores the timeout.
        InputStream in = socket.socket().getInputStream();
        while (!exchange.isComplete()) {
            int length = in.read(buffer);
            if (length < 0) {
                throw new IOException("ended early: " + exchange.answer);
            }
            exchange.add(ByteBuffer.wrap(buffer, 0, length));
        }
        return exchange;
    }

    /** Adds received bytes. */
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

    /** Returns a header's value, or an empty string if it is missing. */
    String header(String name) {
        return answer.substring(0, answer.indexOf(END_OF_HEAD))
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }

    /** Returns the body of an answer with a Content-Length. */
    String body() {
        return answer.substring(answer.indexOf(END_OF_HEAD) + END_OF_HEAD.length());
    }

    /** Returns the status, the body and all headers apart from the date, sorted. */
    List<String> parts() {
        String head = answer.substring(0, answer.indexOf(END_OF_HEAD));
        return Stream.concat(head.lines(), Stream.of(body()))
                .filter(part -> !part.startsWith("Date:"))
                .sorted()
                .toList();
    }
}
