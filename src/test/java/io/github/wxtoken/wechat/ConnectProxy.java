package io.github.wxtoken.wechat;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A forward proxy on loopback. It answers {@code CONNECT} to each of its targets with a tunnel that ends at a {@link
 * TlsFront}, and to any other with 502, unless it is told to answer something else.
 */
final class ConnectProxy implements Closeable {

    private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

    private final ServerSocket server;
    private final TlsFront front;
    private final Map<String, URI> targets;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private volatile @Nullable String answer;
    private volatile @Nullable String login;
    private volatile boolean hangsUp;

    /** Starts the proxy; {@code targets} has the simulated host for each {@code host:port}. */
    ConnectProxy(TlsFront front, Map<String, URI> targets) {
        this.front = front;
        this.targets = Map.copyOf(targets);
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TlsFront.daemon(() -> {
            while (true) {
                Socket client = server.accept();
                clients.add(client);
                TlsFront.daemon(() -> serve(client));
            }
        });
    }

    /** Returns host and port of the proxy. */
    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Sets the bytes to answer to every request; empty for silence. */
    void answers(String bytes) {
        answer = bytes;
    }

    /** Sets the bytes to answer to requests for one target. */
    void answers(String target, String bytes) {
        answers.put(target, bytes);
    }

    /** Closes each connection after the answer that was set. */
    void hangsUp() {
        hangsUp = true;
    }

    /** Requires this value of {@code Proxy-Authorization}. */
    void requires(String authorization) {
        login = authorization;
    }

    /** Returns the heads of all requests in order. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket client : clients) {
            client.close();
        }
    }

    private void serve(Socket client) throws IOException {
        while (true) {
            String head = head(client.getInputStream());
            requests.add(head);
            String target = head.split(" ", 3)[1];
            URI host = targets.get(target);
            String other = otherAnswer(head, target, host);
            client.getOutputStream().write((other == null ? ESTABLISHED : other).getBytes(StandardCharsets.UTF_8));
            if (other == null && host != null) {
                front.serve(client, host);
                return;
            }
            if (hangsUp) {
                client.close();
                return;
            }
        }
    }

    /** Returns the answer to a request that gets no tunnel, or null. */
    private @Nullable String otherAnswer(String head, String target, @Nullable URI host) {
        String other = answers.getOrDefault(target, answer);
        if (other != null) {
            return other;
        }
        if (login != null && !head.contains("\r\nProxy-Authorization: " + login + "\r\n")) {
            return "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
        }
        return host == null ? "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n" : null;
    }

    private static String head(InputStream from) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = from.read();
            if (next < 0) {
                throw new IOException("closed");
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
