package io.github.wxtoken.benchmark;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The environment of a measurement: the image, a simulated WeChat and a caller with a key. */
final class Bench implements AutoCloseable {

    static final String APPID = appid(0);

    /** The header with the caller's key. */
    static final String KEY = String.join(": ", Keys.bearer("shop"));

    /** The request that the benchmarks measure. */
    static final String GET = Exchange.request("GET", "/token", "", KEY);

    private static final String SECRET = "c0ffee00c0ffee00c0ffee00c0ffee00";

    private final Image image;
    private final int port;
    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();

    /** Creates a bench whose servers listen on this port of loopback and the few after it. */
    Bench(Image image, int port) {
        this.image = image;
        this.port = port;
        open(0, 1);
    }

    static String appid(int index) {
        return String.format("wx%016x", index + 1);
    }

    Image image() {
        return image;
    }

    WeChatSimulator wechat() {
        return wechat;
    }

    /** Returns the port of a server by its index. */
    int port(int index) {
        return port + index;
    }

    /** Opens the accounts from one index to before another at WeChat. */
    void open(int from, int to) {
        IntStream.range(from, to).forEach(i -> wechat.account(appid(i), SECRET).dailyQuota(1_000_000));
    }

    /** Returns the arguments of a server with one account and one caller, at the simulated WeChat. */
    List<String> arguments(int index, String... more) {
        String hosts = wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(","));
        return argumentsAt(hosts, index, more);
    }

    /** Returns the same arguments with other hosts for WeChat. */
    List<String> argumentsAt(String hosts, int index, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=" + port(index), "--server.address=127.0.0.1", "--wxtoken.wechat.hosts=" + hosts));
        arguments.addAll(List.of(Keys.arguments("shop", "operator=true")));
        arguments.addAll(List.of(more));
        if (arguments.stream().noneMatch(argument -> argument.startsWith("--spring.config"))) {
            arguments.addAll(List.of(account("--wxtoken.accounts.main.")));
        }
        return arguments;
    }

    /** Writes a file with the properties of the given number of accounts. */
    Path accounts(int count) throws IOException {
        Path file = image.directory().resolve("accounts-" + count + ".properties");
        Files.write(file, () -> IntStream.range(0, count)
                .mapToObj(i -> List.of(
                        "wxtoken.accounts.account" + i + ".appid=" + appid(i),
                        "wxtoken.accounts.account" + i + ".secret=" + SECRET))
                .flatMap(List::stream)
                .map(CharSequence.class::cast)
                .iterator());
        return file;
    }

    private static String[] account(String prefix) {
        return new String[] {prefix + "appid=" + APPID, prefix + "secret=" + SECRET, prefix + "daily-budget=1000000"};
    }

    /** Starts the server as the image does and waits for its first token. */
    ServerProcess server(int index) throws InterruptedException {
        ServerProcess server = start("wxtoken", image.server(arguments(index)), index);
        server.awaitAnswer(GET);
        return server;
    }

    /**
     * Starts the bare servlet, which gives the server's current answer byte for byte, apart from the date and the
     * order of the headers.
     */
    ServerProcess bareServlet(int index, ServerProcess like) throws IOException, InterruptedException {
        Exchange answer = like.ask(GET);
        Path body = Files.writeString(image.directory().resolve("body.json"), answer.body());
        ServerProcess bare = start(
                "bare servlet",
                image.reference(
                        BareServlet.class,
                        List.of(
                                image.directory().toString(),
                                Integer.toString(port(index)),
                                body.toString(),
                                answer.header("ETag"),
                                Boolean.toString(virtualThreads()))),
                index);
        bare.awaitAnswer(GET);
        List<String> parts = bare.ask(GET).parts();
        if (!parts.equals(answer.parts())) {
            throw new Unable("The bare servlet answers " + less(parts, answer.parts()) + " where the server answers "
                    + less(answer.parts(), parts) + ".");
        }
        return bare;
    }

    private static List<String> less(List<String> parts, List<String> others) {
        List<String> rest = new ArrayList<>(parts);
        others.forEach(rest::remove);
        return rest;
    }

    /** Returns the applications whose start is measured: the empty one, and the server with and without an archive. */
    List<Application> applications() {
        List<Application> applications = new ArrayList<>();
        applications.add(new Application("empty application", this::emptyApplication));
        applications.add(new Application(
                "wxtoken, without an archive", () -> start("wxtoken", image.serverWithoutArchive(arguments(0)), 0)));
        if (image.hasArchive()) {
            applications.add(
                    new Application("wxtoken, as in the image", () -> start("wxtoken", image.server(arguments(0)), 0)));
        }
        return applications;
    }

    /** Starts a server on the port of an index. */
    ServerProcess start(String name, List<String> command, int index) {
        return ServerProcess.start(name, command, image.directory(), port(index));
    }

    /** Returns whether servers use virtual threads, as they do if the JDK has them. */
    static boolean virtualThreads() {
        return Runtime.version().feature() >= 21;
    }

    private ServerProcess emptyApplication() {
        return start(
                "empty application",
                image.reference(
                        EmptyApplication.class,
                        List.of(
                                "--server.port=" + port(1),
                                "--server.address=127.0.0.1",
                                "--spring.threads.virtual.enabled=true")),
                1);
    }

    @Override
    public void close() {
        wechat.close();
    }

    /** An application that can be started repeatedly. */
    record Application(String name, Supplier<ServerProcess> starter) {

        ServerProcess start() {
            return starter.get();
        }
    }
}
