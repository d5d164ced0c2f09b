package io.github.wxtoken;

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
 * The whole server on a simulated WeChat, called over real sockets. It lives by the simulator's clock, so that a test can
 * let hours pass.
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

    /** Starts it with one account, {@link #APPID}, which the simulator has to know, and further arguments. */
    public static RunningServer start(WeChatSimulator wechat, String... arguments) {
        return start(wechat, List.of(APPID), arguments);
    }

    /** Starts it with an account for each AppID, named {@code account1} and so on. */
    public static RunningServer start(WeChatSimulator wechat, List<String> appids, String... arguments) {
        return start(wechat, appids, context -> {}, arguments);
    }

    /** Starts it with beans of the test's own. */
    static RunningServer start(
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
            // Where callers are configured, it would be every address.
            all.add("--server.address=127.0.0.1");
        }
        ConfigurableApplicationContext context = new SpringApplicationBuilder(WxTokenApplication.class)
                .initializers(starting -> ((GenericApplicationContext) starting)
                        .registerBean(
                                "simulatedClock", InstantSource.class, wechat::clock, bean -> bean.setPrimary(true)))
                .initializers(starting -> beans.accept((GenericApplicationContext) starting))
                .run(all.toArray(String[]::new));
        return new RunningServer(context);
    }

    /** From now on, calls that name no headers have these: names and values in turn. */
    public void callAs(String... headers) {
        usual = headers;
    }

    /** What a GET is answered. */
    public Answer get(String path) {
        return getLater(path).join();
    }

    /** A GET that is under way. */
    public CompletableFuture<Answer> getLater(String path) {
        return send(HttpRequest.newBuilder(base.resolve(path)));
    }

    /** A GET with headers, names and values in turn, that is under way. */
    public CompletableFuture<Answer> getLater(String path, String... headers) {
        return deliver(HttpRequest.newBuilder(base.resolve(path)).headers(headers), LONG_PATIENCE);
    }

    /** What a report of a refused token is answered; null for a report that names none. */
    public Answer report(@Nullable String refused) {
        return reportLater(refused).join();
    }

    /** A report that is under way. */
    public CompletableFuture<Answer> reportLater(@Nullable String refused) {
        return report("/token/refresh", refused);
    }

    /** A report about an account's token that is under way. */
    public CompletableFuture<Answer> reportLater(String appid, @Nullable String refused) {
        return report("/token/refresh?appid=" + appid, refused);
    }

    private CompletableFuture<Answer> report(String path, @Nullable String refused) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        return refused == null
                ? send(request.POST(BodyPublishers.noBody()))
                : send(request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"access_token\":\"" + refused + "\"}")));
    }

    /** The current token, which must be served. */
    public String token() {
        Answer answer = get("/token");
        if (answer.status() != 200) {
            throw new AssertionError(answer.toString());
        }
        return answer.json().path("access_token").asString();
    }

    /** Asks until the answer is as wanted; fails when it never is. */
    public Answer getUntil(String path, Predicate<Answer> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = get(path);
        while (!wanted.test(answer)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("still " + answer);
            }
            // A pause, for the server needs the processor more than this loop does.
            LockSupport.parkNanos(POLL_EVERY.toNanos());
            answer = get(path);
        }
        return answer;
    }

    /** A number among its properties, such as a port. */
    int property(String name) {
        return context.getEnvironment().getRequiredProperty(name, int.class);
    }

    /** A bean of the server. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** All beans of the server. */
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

    /** What any request is answered; headers are names and values in turn. */
    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).method(method, body);
        return deliver(headers.length == 0 ? request : request.headers(headers)).join();
    }

    private CompletableFuture<Answer> send(HttpRequest.Builder request) {
        return deliver(usual.length == 0 ? request : request.headers(usual));
    }

    private CompletableFuture<Answer> deliver(HttpRequest.Builder request) {
        return deliver(request, PATIENCE);
    }

    private CompletableFuture<Answer> deliver(HttpRequest.Builder request, Duration patience) {
        return http.sendAsync(request.timeout(patience).build(), BodyHandlers.ofString())
                .thenApply(Answer::new);
    }

    /** Runs so many calls at once, and gives all their answers. */
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
