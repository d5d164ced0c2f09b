package io.github.wxtoken.benchmark;

import io.github.wxtoken.caller.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A server with the relay, and its upstream. */
final class RelayBench implements AutoCloseable {

    /** So many that each has its share of the calls in progress when all share them. */
    static final int CALLERS = 8;

    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Path NGINX = Path.of("/usr/sbin/nginx");

    private final Bench bench;
    private final ServerProcess upstream;
    private final ServerProcess server;

    RelayBench(Bench bench) throws InterruptedException {
        this.bench = bench;
        this.upstream = bench.start(
                "relay upstream",
                bench.image()
                        .reference(
                                RelayUpstream.class,
                                List.of(
                                        bench.image().directory().toString(),
                                        Integer.toString(bench.port(1)),
                                        Boolean.toString(Bench.virtualThreads()))),
                1);
        upstream.awaitAnswer(Exchange.request("GET", RelayUpstream.COUNTERS, ""));
        this.server = startServer();
        server.awaitAnswer(Bench.GET);
    }

    private ServerProcess startServer() {
        // The end of this time would release the calls that hang.
        List<String> more = new ArrayList<>(
                List.of("--wxtoken.callers.shop.relay=/cgi-bin/**", "--wxtoken.relay.call-timeout=10m"));
        IntStream.range(0, CALLERS)
                .forEach(i -> more.addAll(List.of(Keys.arguments(caller(i), "relay=/cgi-bin/**,/wxa/**"))));
        return bench.start(
                "wxtoken",
                bench.image().server(bench.argumentsAt(upstream.url(""), 0, more.toArray(String[]::new))),
                0);
    }

    private static String caller(int index) {
        return "shop" + index;
    }

    /** Returns the header with the key of one of the callers, in turn. */
    static String key(int index) {
        return String.join(": ", Keys.bearer(caller(index % CALLERS)));
    }

    ServerProcess server() {
        return server;
    }

    ServerProcess upstream() {
        return upstream;
    }

    Path directory() {
        return bench.image().directory();
    }

    Path javaHome() {
        return bench.image().javaHome();
    }

    /** Returns a relay token, as SDKs get one. */
    String relayToken() {
        String path =
                "/relay/cgi-bin/token?grant_type=client_credential&appid=" + Bench.APPID + "&secret=" + Keys.of("shop");
        String answer = server.ask(Exchange.request("GET", path, "")).body();
        // In chunks.
        Matcher token = TOKEN.matcher(answer);
        if (!token.find()) {
            throw new Unable("There is no relay token in " + answer);
        }
        return token.group(1);
    }

    Counters counters() {
        String[] counters = upstream.ask(Exchange.request("GET", RelayUpstream.COUNTERS, ""))
                .body()
                .split(" ", -1);
        return new Counters(Long.parseLong(counters[0]), Long.parseLong(counters[1]), Integer.parseInt(counters[2]));
    }

    /** Waits until the upstream holds back this number of calls. */
    void awaitHeld(int calls) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        for (int held = counters().held; held != calls; held = counters().held) {
            if (System.nanoTime() > end) {
                throw server.failure(held + " of " + calls + " calls have reached the upstream.");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Lets the upstream answer the calls that it holds back. */
    void release() {
        upstream.ask(Exchange.request("POST", RelayUpstream.RELEASE, ""));
    }

    /** Starts nginx as a reverse proxy of the upstream, with persistent connections and otherwise its own defaults. */
    ServerProcess nginx() throws IOException, InterruptedException {
        if (!Files.isExecutable(NGINX)) {
            throw new Unable("The relay is compared with nginx, which is not installed.");
        }
        Path directory = Files.createDirectories(directory().resolve("nginx-proxy"));
        Path configuration = Files.writeString(
                directory.resolve("nginx.conf"),
                """
                daemon off; pid nginx.pid; error_log stderr; worker_processes auto;
                events { worker_connections 1024; }
                http {
                    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp;
                    scgi_temp_path tmp;
                    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
                    upstream wechat {
                        server 127.0.0.1:%d;
                        keepalive 64;
                        keepalive_requests 1000000000;
                    }
                    server {
                        listen 127.0.0.1:%d;
                        client_max_body_size 32m;
                        location / {
                            proxy_pass http://wechat;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                        }
                    }
                }
                """
                        .formatted(bench.port(1), bench.port(2)));
        ServerProcess nginx = ServerProcess.start(
                "nginx proxy",
                List.of(NGINX.toString(), "-p", directory.toString(), "-c", configuration.toString()),
                directory,
                bench.port(2));
        nginx.awaitAnswer(Exchange.request("GET", RelayUpstream.COUNTERS, ""));
        return nginx;
    }

    @Override
    public void close() {
        server.close();
        upstream.close();
    }

    /** What the upstream has counted. */
    record Counters(long calls, long bytes, int held) {}
}
