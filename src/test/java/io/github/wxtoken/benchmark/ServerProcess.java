package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server under measurement: a process of its own, which ends with this one. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String name;
    private final int port;
    private final Path log;
    private final Process process;
    private final long started = System.nanoTime();

    private ServerProcess(String name, List<String> command, Path directory, int port) throws IOException {
        this.name = name;
        this.port = port;
        this.log = directory.resolve(name.replace(' ', '-') + ".log");
        this.process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // Also when this process is told to end.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /**
     * Starts it.
     *
     * @param directory its working directory, where its log is as well
     * @param port where it is going to listen
     * @throws Unable if somebody else listens there
     */
    static ServerProcess start(String name, List<String> command, Path directory, int port) throws IOException {
        requireFree(port);
        return new ServerProcess(name, command, directory, port);
    }

    /** Checks that nobody listens at a port of loopback. */
    static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new Unable("Port " + port + " is busy. End what listens there, or name the first of some free ones:"
                    + " -Dbenchmark.port=28080");
        }
    }

    /** Waits until it answers a request with 200; the time since its start. */
    Duration awaitAnswer(String request) throws IOException, InterruptedException {
        while (System.nanoTime() - started < PATIENCE.toNanos()) {
            if (!process.isAlive()) {
                throw new Unable(name + " ended: " + Files.readString(log));
            }
            try (SocketChannel socket = SocketChannel.open(address())) {
                if (Exchange.status(socket, request) == 200) {
                    return Duration.ofNanos(System.nanoTime() - started);
                }
            } catch (IOException e) {
                // It does not listen yet.
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new Unable(name + " has not answered for " + PATIENCE.toMinutes() + " minutes; its log is " + log);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** The processor time that it has taken so far, in seconds. */
    double cpu() {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    /** The most memory that was resident so far, in MB. */
    double peakMemory() {
        return status("VmHWM");
    }

    private double status(String field) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToDouble(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1024.0)
                    .findAny()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The heap that is in use after a full collection, in MB. */
    double liveHeap(Path javaHome) throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(
                        javaHome.resolve("bin/jcmd").toString(), Long.toString(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String total = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findAny()
                .orElseThrow(() -> new Unable("jcmd could not look into " + name));
        histogram.waitFor();
        return Long.parseLong(total.trim().split("\\s+", -1)[2]) / 1e6;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
