package io.github.wxtoken;

import io.github.wxtoken.api.DrainTime;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A whole server on a simulated WeChat, called over real sockets. It uses the simulator's clock, so a test can let
 * hours pass.
 */
public final class RunningServer implements AutoCloseable {

    public static final String APPID = "wx0123456789abcdef";
    public static final String SECRET = "c0ffee00c0ffee00c0ffee00c0ffee00";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL_EVERY = Duration.ofMillis(10);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(80);

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;
    private volatile String[] usual = {};

    private RunningServer(ConfigurableApplicationContext context) {
        this.context = context;
        this.base = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    /** Starts a server with one account, {@link #APPID}, which the simulator must have, and further arguments. */
    public static RunningServer start(WeChatSimulator wechat, String... arguments) {
        return start(wechat, List.of(APPID), arguments);
    }

    /** Starts a server with an account for each AppID, named {@code account1} and so on. */
    public static RunningServer start(WeChatSimulator wechat, List<String> appids, String... arguments) {
        return start(wechat, appids, context -> {}, arguments);
    }

    /** Starts a server with additional beans of the test. */
    public static RunningServer start(
            WeChatSimulator wechat,
            List<String> appids,
            Consumer<GenericApplicationContext> beans,
            String... arguments) {
        List<String> all = new ArrayList<>();
        all.add("--server.port=0");
        all.add("--wxtoken.wechat.hosts="
                + wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(",")));
        for (int i = 0; i < appids.size(); i++) {
            all.add("--wxtoken.accounts.account" + (i + 1) + ".appid=" + appids.get(i));
            all.add("--wxtoken.accounts.account" + (i + 1) + ".secret=" + SECRET);
        }
        all.addAll(List.of(arguments));
        if (all.stream().noneMatch(argument -> argument.startsWith("--server.address="))) {
            // With callers configured, the default would be every address.
            all.add("--server.address=127.0.0.1");
        }
        ConfigurableApplicationContext context = new SpringApplicationBuilder(WxTokenApplication.class)
                .initializers(starting -> ((GenericApplicationContext) starting)
                        .registerBean(
                                "simulatedClock", InstantSource.class, wechat::clock, bean -> bean.setPrimary(true)))
                .initializers(starting -> beans.accept((GenericApplicationContext) starting))
                .initializers(starting -> withoutDrain((GenericApplicationContext) starting))
                .run(all.toArray(String[]::new));
        return new RunningServer(context);
    }

    /** Shuts down at once, unless the test has set a time. */
    private static void withoutDrain(GenericApplicationContext context) {
        if (context.getDefaultListableBeanFactory().getBeanNamesForType(DrainTime.class, false, false).length == 0) {
            context.registerBean(
                    "noDrain", DrainTime.class, () -> new DrainTime(Duration.ZERO), bean -> bean.setPrimary(true));
        }
    }

    /** Sets the default headers of later calls: names and values in turn. */
    public void callAs(String... headers) {
        usual = headers;
    }

    /** Returns the answer to a GET. */
    public Answer get(String path) {
        return getLater(path).join();
    }

    /** Starts a GET. */
    public CompletableFuture<Answer> getLater(String path) {
        return send(HttpRequest.newBuilder(at(path)));
    }

    /** Starts a GET with headers, names and values in turn. */
    public CompletableFuture<Answer> getLater(String path, String... headers) {
        return deliver(HttpRequest.newBuilder(at(path)).headers(headers), LONG_PATIENCE);
    }

    /** Returns the answer to a report of a refused token; null reports without a token. */
    public Answer report(@Nullable String refused) {
        return reportLater(refused).join();
    }

    /** Starts a report. */
    public CompletableFuture<Answer> reportLater(@Nullable String refused) {
        return report("/token/refresh", refused);
    }

    /** Starts a report about an account's token. */
    public CompletableFuture<Answer> reportLater(String appid, @Nullable String refused) {
        return report("/token/refresh?appid=" + appid, refused);
    }

    private CompletableFuture<Answer> report(String path, @Nullable String refused) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
        return refused == null
                ? send(request.POST(BodyPublishers.noBody()))
                : send(request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"access_token\":\"" + refused + "\"}")));
    }

    /** Returns the current token; waits for the first one, which may take a while on a busy machine. */
    public String token() {
        return getUntil("/token", answer -> answer.status() == 200)
                .json()
                .path("access_token")
                .asString();
    }

    /** Repeats a GET until the answer matches; fails if it never does. */
    public Answer getUntil(String path, Predicate<Answer> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = get(path);
        while (!wanted.test(answer)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("still " + answer);
            }
            // Pauses, because the server needs the processor more than this loop does.
            LockSupport.parkNanos(POLL_EVERY.toNanos());
            answer = get(path);
        }
        return answer;
    }

    /** Returns a numeric property of the server, such as a port. */
    int property(String name) {
        return context.getEnvironment().getRequiredProperty(name, int.class);
    }

    /** Returns a bean of the server. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Returns all beans of the server. */
    public Stream<Object> beans() {
        return Arrays.stream(context.getBeanDefinitionNames()).map(context::getBean);
    }

    public URI url() {
        return base;
    }

    @Override
    public void close() {
        context.close();
    }

    /** Returns the answer to any request; headers are names and values in turn. */
    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path)).method(method, body);
        return deliver(headers.length == 0 ? request : request.headers(headers)).join();
    }

    /** Keeps a path as it is: a relative reference that begins with two slashes would name a host. */
    private URI at(String path) {
        return URI.create(base + path);
    }

    private CompletableFuture<Answer> send(HttpRequest.Builder request) {
        return deliver(usual.length == 0 ? request : request.headers(usual));
    }

    private CompletableFuture<Answer> deliver(HttpRequest.Builder request) {
        return deliver(request, PATIENCE);
    }

    private CompletableFuture<Answer> deliver(HttpRequest.Builder request, Duration patience) {
        HttpRequest call = request.timeout(patience).build();
        return http.sendAsync(call, BodyHandlers.ofString())
                .exceptionallyCompose(e -> isClosedWithoutAnswer(e)
                        ? http.sendAsync(call, BodyHandlers.ofString())
                        : CompletableFuture.failedFuture(e))
                .thenApply(Answer::new);
    }

    /**
     * Returns whether the connection of an earlier call was closed before this one was read. The server closes it if it
     * has answered before the body arrived; the client may already have taken it for the next call.
     */
    private static boolean isClosedWithoutAnswer(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return String.valueOf(cause.getMessage()).equals("HTTP/1.1 header parser received no bytes");
    }

    /** Waits for all of these concurrent calls and returns their answers. */
    public static <T> Stream<T> all(List<CompletableFuture<T>> calls) {
        return calls.stream().map(CompletableFuture::join);
    }

    /** An answer of the server. */
    public record Answer(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        @Override
        public String toString() {
            return status() + " " + response.body();
        }
    }
}
