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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One replica: the server as a process of its own, that can be stopped, killed, and started again. */
final class ReplicaProcess implements AutoCloseable {

    /** Three of them start at once, on a machine that may have other things to do. */
    private static final int STARTS_WITHIN_SECONDS = 120;

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+) ");
    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final Path directory;
    private final List<String> command;
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile Process process;
    private volatile CompletableFuture<URI> url = new CompletableFuture<>();

    /** Begins to start it in a directory of its own below {@code parent}. */
    ReplicaProcess(String name, Path parent, List<String> arguments) {
        this.name = name;
        this.directory = parent.resolve(name);
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // They share few cores, and live for minutes only.
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

    /** Reads all that it says, for it would stand still otherwise. */
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

    /** Where it listens, which takes until it has started. */
    URI url() {
        return url.orTimeout(STARTS_WITHIN_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Starts it again, as another process in the same place, once it has ended. */
    void startAgain() {
        url = new CompletableFuture<>();
        process = begin();
    }

    /** Stops it as SIGSTOP does: it is there, and does nothing. */
    void freeze() {
        signal("STOP");
    }

    /** Lets it go on. */
    void thaw() {
        signal("CONT");
    }

    /** Ends it as an operator does, and gives its exit code. */
    int terminate() {
        Process ending = process;
        // By the handle: the process itself would close its output with it.
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

    /** Ends it as kill -9 does. */
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

    /** What a GET is answered. */
    HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(request(path).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Sends a report that WeChat refuses the token, whose answer nobody waits for. */
    void report() {
        HttpRequest report =
                request("/token/refresh").POST(BodyPublishers.noBody()).build();
        http.sendAsync(report, BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url().resolve(path)).timeout(ANSWERS_WITHIN);
    }

    /** The JSON that a GET is answered; a missing node where it is not answered with any. */
    JsonNode json(String path) {
        try {
            return JSON.readTree(get(path).body());
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    /** The version of the token that it serves, or 0 for none. */
    long version() {
        return json("/token").path("version").asLong(0);
    }

    /** When it plans to fetch the next token. */
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

    /** Whether it is ready to serve. */
    boolean isReady() {
        return isUp("/actuator/health/readiness");
    }

    /** Whether it cannot refresh as it should. */
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
