package io.github.wxtoken.redis;

import io.github.wxtoken.WxTokenApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One replica: the server in its own process, which can be suspended, killed and restarted. */
final class ReplicaProcess implements AutoCloseable {

    /** Three of them start at once, on a machine that may be busy otherwise. */
    private static final int STARTS_WITHIN_SECONDS = 120;

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+) ");
    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final Path directory;
    private final List<String> command;
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile String[] headers = {};
    private volatile Process process;
    private volatile CompletableFuture<URI> url = new CompletableFuture<>();

    /** Begins to start it in its own directory below {@code parent}. */
    ReplicaProcess(String name, Path parent, List<String> arguments) {
        this.name = name;
        this.directory = parent.resolve(name);
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The replicas share few cores and live only for minutes.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                WxTokenApplication.class.getName(),
                "--server.port=0"));
        command.addAll(arguments);
        this.process = begin();
    }

    private Process begin() {
        CompletableFuture<URI> found = url;
        try {
            Files.createDirectories(directory);
            Process begun = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            Thread reader = new Thread(() -> read(begun, found), "output-of-" + name);
            reader.setDaemon(true);
            reader.start();
            return begun;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads all its output, as it would block otherwise. */
    private void read(Process from, CompletableFuture<URI> found) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(name + ": " + line);
                Matcher port = PORT.matcher(line);
                if (port.find()) {
                    found.complete(URI.create("http://127.0.0.1:" + port.group(1)));
                }
            }
        } catch (IOException e) {
            System.out.println(name + ": (the rest is lost)");
        }
        found.completeExceptionally(new IllegalStateException(name + " ended before it listened"));
    }

    /** Sets the headers of all following requests. */
    void callAs(String... newHeaders) {
        headers = newHeaders;
    }

    /** Returns its base URL if it listens or has listened; empty while it starts. */
    Optional<URI> urlIfKnown() {
        return url.isCompletedExceptionally() ? Optional.empty() : Optional.ofNullable(url.getNow(null));
    }

    /** Returns its base URL; blocks until it has started. */
    URI url() {
        return url.orTimeout(STARTS_WITHIN_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Starts it again as a new process in the same directory, once the old one has ended. */
    void startAgain() {
        url = new CompletableFuture<>();
        process = begin();
    }

    /** Suspends it with SIGSTOP: its connections stay open but it does nothing. */
    void freeze() {
        signal("STOP");
    }

    /** Resumes it. */
    void thaw() {
        signal("CONT");
    }

    /** Terminates it as an operator does and returns its exit code. */
    int terminate() {
        Process ending = process;
        // Uses the handle: {@code Process.destroy} would also close its output.
        ending.toHandle().destroy();
        try {
            if (!ending.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " does not end at SIGTERM");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return ending.exitValue();
    }

    /** Kills it as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("could not send SIG" + signal + " to " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Returns the answer to a GET. */
    HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(request(path).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Orders a refresh, as an operator. */
    void orderRefresh() throws IOException {
        HttpRequest order = request("/actuator/tokens/main")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"action\":\"refresh\"}"))
                .build();
        try {
            HttpResponse<String> answer = http.send(order, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(name + " answers " + answer.statusCode() + ": " + answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Reports that WeChat refuses the token, without waiting for the answer. */
    void report() {
        HttpRequest report =
                request("/token/refresh").POST(BodyPublishers.noBody()).build();
        http.sendAsync(report, BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url().resolve(path)).timeout(ANSWERS_WITHIN);
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** Returns the JSON answer to a GET; a missing node if the request fails or the body is empty. */
    JsonNode json(String path) {
        try {
            return JSON.readTree(get(path).body());
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    /** Returns the version of the token that it serves; 0 for none. */
    long version() {
        return json("/token").path("version").asLong(0);
    }

    /** Returns the time for which it plans the next fetch. */
    Instant nextRefresh() {
        return Instant.parse(json("/actuator/health")
                .path("components")
                .path("tokens")
                .path("details")
                .path("accounts")
                .path("main")
                .path("nextRefresh")
                .asString());
    }

    /** Returns whether it is ready. */
    boolean isReady() {
        return isUp("/actuator/health/readiness");
    }

    /** Returns whether it reports that it cannot refresh as planned. */
    boolean isDegraded() {
        return !isUp("/actuator/health");
    }

    private boolean isUp(String path) {
        return json(path).path("status").asString("").equals("UP");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return name;
    }
}
