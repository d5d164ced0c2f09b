package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server under measurement, in its own process. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ANSWER_MILLIS = 20_000;

    private final String name;
    private final int port;
    private final Path log;
    private final Process process;
    private final long started = System.nanoTime();

    private ServerProcess(String name, List<String> command, Path directory, int port) {
        this.name = name;
        this.port = port;
        this.log = directory.resolve(name.replace(' ', '-') + ".log");
        this.process = Children.start(
                new ProcessBuilder(command).directory(directory.toFile()).redirectOutput(log.toFile()));
    }

    /**
     * Starts a server.
     *
     * @param directory its working directory, which also holds its log
     * @param port the port on which it will listen
     * @throws Unable if another process listens there
     */
    static ServerProcess start(String name, List<String> command, Path directory, int port) {
        requireFree(port);
        return new ServerProcess(name, command, directory, port);
    }

    /** Checks that no process listens on a port of loopback. */
    static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (BindException e) {
            throw new Unable(
                    "Port " + port + " is busy. End what listens there, or name the first of three free ones, as"
                            + " -Dbenchmark.port=38080");
        } catch (IOException e) {
            throw new Unable("Nothing can listen at port " + port + ": " + e.getMessage());
        }
    }

    /** Waits until a request is answered with 200; returns the time since the start. */
    Duration awaitAnswer(String request) throws InterruptedException {
        return awaitAnswers(List.of(request).iterator());
    }

    /**
     * Sends requests one after the other on one connection and repeats each until it is answered with 200.
     *
     * @return the time since the start
     */
    Duration awaitAnswers(Iterator<String> requests) throws InterruptedException {
        String request = requests.next();
        while (System.nanoTime() - started < PATIENCE.toNanos()) {
            if (!process.isAlive()) {
                throw ended();
            }
            try (SocketChannel socket = connect()) {
                while (Exchange.of(socket, request).status() == 200) {
                    if (!requests.hasNext()) {
                        return Duration.ofNanos(System.nanoTime() - started);
                    }
                    request = requests.next();
                }
            } catch (IOException e) {
                // It does not listen yet or has no token to serve, after which Tomcat closes the connection.
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new Unable(name + " has not answered for " + PATIENCE.toMinutes() + " minutes; its log is " + log);
    }

    /** Returns the answer to a request on a new connection. */
    Exchange ask(String request) {
        try (SocketChannel socket = connect()) {
            return Exchange.of(socket, request);
        } catch (IOException e) {
            throw failure(name + " does not answer: " + e.getMessage());
        }
    }

    /** Opens a connection with a timeout for {@link Exchange#of}. */
    SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().setSoTimeout(ANSWER_MILLIS);
            channel.socket().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns the error for a failed request: the end of the process, if it has ended. */
    Unable failure(String reason) {
        // Its connections close slightly before the process ends.
        process.onExit().completeOnTimeout(process, 500, TimeUnit.MILLISECONDS).join();
        return process.isAlive() ? new Unable(reason) : ended();
    }

    private Unable ended() {
        String said;
        try {
            said = Files.readString(log);
        } catch (IOException e) {
            said = "It cannot be read: " + e.getMessage();
        }
        return new Unable(name + " has ended. The end of its log, " + log + ":\n" + Children.end(said));
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Returns the processor time used so far, in seconds, with that of the processes it has started. */
    double cpu() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToDouble(this::cpu)
                .sum();
    }

    private double cpu(ProcessHandle handle) {
        return handle.info()
                        .totalCpuDuration()
                        .orElseThrow(() -> failure("The system does not tell the processor time of " + name + "."))
                        .toNanos()
                / 1e9;
    }

    /** Returns the peak resident memory so far, in MB. */
    double peakMemory() {
        return status("VmHWM");
    }

    /** Returns the resident memory, in MB. */
    double memory() {
        return status("VmRSS");
    }

    private double status(String field) {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToDouble(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1024.0)
                    .findAny()
                    .orElseThrow(() -> failure("There is no " + field + " in " + status + "."));
        } catch (IOException e) {
            throw failure(status + " cannot be read: " + e.getMessage());
        }
    }

    /** Returns the heap in use after a full collection, in MB. */
    double liveHeap(Path javaHome) throws InterruptedException {
        String jcmd = javaHome.resolve("bin/jcmd").toString();
        String histogram = Children.run(new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram"))
                .text();
        String total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findAny()
                .orElseThrow(() -> failure("jcmd could not look into " + name + ":\n" + histogram));
        return Long.parseLong(total.trim().split("\\s+", -1)[2]) / 1e6;
    }

    @Override
    public void close() {
        Children.end(process.toHandle());
    }
}
