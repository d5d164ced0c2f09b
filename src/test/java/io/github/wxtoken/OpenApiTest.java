package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Compares the OpenAPI description with the server's real answers. */
final class OpenApiTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete", "head", "options");
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String GRANT = "grant_type=client_credential&appid=" + APPID + "&secret=";

    private static WeChatSimulator wechat;
    private static RunningServer server;
    private static JsonNode document;
    private static int calls;

    @BeforeAll
    static void start() {
        wechat = WeChatSimulator.start();
        wechat.account(APPID, SECRET);
        List<String> arguments = new ArrayList<>();
        Stream.of(
                        Keys.arguments("shop"),
                        Keys.arguments("ops", "operator=true", "accounts="),
                        // Lets each call come from another address, so that none is throttled.
                        new String[] {
                            "--server.forward-headers-strategy=native", "--wxtoken.accounts.account1.tickets=jsapi"
                        })
                .flatMap(Stream::of)
                .forEach(arguments::add);
        server = RunningServer.start(wechat, arguments.toArray(String[]::new));
        server.getUntil("/actuator/health", answer -> answer.status() == 200);
        document = new YAMLMapper()
                .readTree(send("GET", "/openapi.yaml", "shop", "").response().body());
    }

    @AfterAll
    static void stop() {
        server.close();
        wechat.close();
    }

    /** Method, described path, query, caller, body, its type, expected status. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET  | /token                   |                                     | shop | -    | 200",
                "GET  | /token                   | ?appid=wx0000000000000000           | shop | -    | 404",
                "GET  | /token                   | ?wait=x                             | shop | -    | 400",
                "GET  | /token                   |                                     | -    | -    | 401",
                "POST | /token/refresh           |                                     | shop | -    | 200",
                "POST | /token/refresh           |                                     | shop | {\"access_token\":\"old\"} | 200",
                "POST | /token/refresh           |                                     | shop | {}   | 400",
                "POST | /token/refresh           |                                     | -    | -    | 401",
                "GET  | /ticket                  | ?type=jsapi                         | shop | -    | 200",
                "GET  | /ticket                  | ?type=wx_card                       | shop | -    | 404",
                "GET  | /ticket                  |                                     | shop | -    | 400",
                "GET  | /ticket                  |                                     | -    | -    | 401",
                "POST | /ticket/refresh          | ?type=jsapi                         | shop | {\"ticket\":\"old\"} | 200",
                "POST | /ticket/refresh          | ?type=jsapi                         | shop | x    | 400",
                "POST | /ticket/refresh          | ?type=jsapi                         | -    | -    | 401",
                "GET  | /jsapi/signature         | ?url=https%3A%2F%2Fa.cn%2F          | shop | -    | 200",
                "GET  | /jsapi/signature         | ?url=a.cn                           | shop | -    | 400",
                "GET  | /jsapi/signature         | ?url=a.cn                           | -    | -    | 401",
                "GET  | /cgi-bin/token           | ?GRANT                              | -    | -    | 200",
                "GET  | /cgi-bin/token           |                                     | -    | -    | 200",
                "POST | /cgi-bin/token           |                                     | -    | form | 200",
                "POST | /cgi-bin/stable_token    |                                     | -    | json | 200",
                "POST | /cgi-bin/stable_token    |                                     | -    | x    | 200",
                "GET  | /cgi-bin/ticket/getticket| ?type=jsapi&access_token=TOKEN      | -    | -    | 200",
                "GET  | /cgi-bin/ticket/getticket| ?type=jsapi&access_token=x          | -    | -    | 200",
                "GET  | /openapi.yaml            |                                     | shop | -    | 200",
                "GET  | /openapi.yaml            |                                     | -    | -    | 401",
                "GET  | /actuator/health         |                                     | -    | -    | 200",
                "GET  | /actuator/health         |                                     | ops  | -    | 200",
                "GET  | /actuator/health/liveness|                                     | -    | -    | 200",
                "GET  | /actuator/health/readiness|                                    | -    | -    | 200",
                "GET  | /actuator/prometheus     |                                     | ops  | -    | 200",
                "GET  | /actuator/prometheus     |                                     | shop | -    | 403",
                "GET  | /actuator/prometheus     |                                     | -    | -    | 401",
                "GET  | /actuator/sbom           |                                     | ops  | -    | 200",
                "GET  | /actuator/sbom           |                                     | shop | -    | 403",
            })
    void answersAreAsDescribed(
            String method,
            String path,
            @Nullable String query,
            @Nullable String caller,
            @Nullable String body,
            int status) {
        String asked = query == null
                ? ""
                : query.replace("GRANT", GRANT + Keys.of("shop")).replace("TOKEN", token());
        assertDescribed(send(method, path + asked, caller, body == null ? "" : body), method, path, status);
    }

    @Test
    void troubleIsAsDescribed() {
        try (WeChatSimulator busy = WeChatSimulator.start()) {
            busy.account(APPID, SECRET);
            busy.faults().on(CallKind.TOKEN).always(Fault.SYSTEM_BUSY);
            String[] shop = Keys.arguments("shop", "operator=true", "relay=/wxa/**");
            String[] arguments = Stream.concat(Stream.of(shop), Stream.of("--wxtoken.accounts.account1.tickets=jsapi"))
                    .toArray(String[]::new);
            try (RunningServer none = RunningServer.start(busy, arguments)) {
                none.callAs(Keys.bearer("shop"));
                assertDescribed(none.get("/relay/wxa/getwxacode"), "GET", "/relay/{path}", 503);
                String own = none.get("/relay/cgi-bin/token?" + GRANT + Keys.of("shop"))
                        .json()
                        .path("access_token")
                        .asString();
                Answer ticket = none.get("/relay/cgi-bin/ticket/getticket?type=jsapi&access_token=" + own);
                assertDescribed(ticket, "GET", "/relay/cgi-bin/ticket/getticket", 503);
                assertDescribed(none.get("/token"), "GET", "/token", 503);
                assertDescribed(none.report(null), "POST", "/token/refresh", 503);
                assertDescribed(none.get("/actuator/health"), "GET", "/actuator/health", 503);
                assertDescribed(none.get("/actuator/health/readiness"), "GET", "/actuator/health/readiness", 503);
            }
        }
    }

    @Test
    void relayedCallsAreAsDescribed() {
        try (WeChatSimulator relayed = WeChatSimulator.start()) {
            relayed.account(APPID, SECRET);
            String[] shop = Keys.arguments("shop", "relay=/wxa/**,/sns/jscode2session,/sns/oauth2/access_token");
            try (RunningServer relay = RunningServer.start(
                    relayed,
                    shop[0],
                    shop[1],
                    "--wxtoken.relay.max-body=1KB",
                    "--wxtoken.accounts.account1.tickets=jsapi")) {
                relay.callAs(Keys.bearer("shop"));
                relay.getUntil("/ticket?type=jsapi", answer -> answer.status() == 200);
                String key = "appid=" + APPID + "&secret=" + Keys.of("shop");
                Answer token = relay.get("/relay/cgi-bin/token?grant_type=client_credential&" + key);
                assertDescribed(token, "GET", "/relay/cgi-bin/token", 200);
                String own = token.json().path("access_token").asString();
                assertThat(own).hasSizeLessThanOrEqualTo(512);
                Answer stable = relay.send("POST", "/relay/cgi-bin/stable_token", BodyPublishers.ofString("{}"));
                assertDescribed(stable, "POST", "/relay/cgi-bin/stable_token", 200);
                Answer large = relay.send(
                        "POST", "/relay/cgi-bin/stable_token", BodyPublishers.ofString(" ".repeat(9 * 1024)));
                assertDescribed(large, "POST", "/relay/cgi-bin/stable_token", 413);
                Answer ticket = relay.get("/relay/cgi-bin/ticket/getticket?type=jsapi&access_token=" + own);
                assertDescribed(ticket, "GET", "/relay/cgi-bin/ticket/getticket", 200);
                assertThat(ticket.json().path("errcode").asInt(-9)).isZero();

                relayed.business().answer(request -> BusinessCalls.json("{\"errcode\":0,\"any\":[1]}"));
                assertRelayed(relay.get("/relay/wxa/getwxacode?access_token=" + own), 0);
                assertRelayed(relay.get("/relay/cgi-bin/user/get"), 48001);
                assertRelayed(send(relay, "GET", "/relay/wxa/getwxacode?access_token=x", ""), 40001);
                assertRelayed(send(relay, "GET", "/relay/wxa/getwxacode", ""), 41001);
                assertRelayed(send(relay, "GET", "/relay/wxa/%2e%2e/x", ""), 40066);
                for (String path : List.of("/sns/jscode2session", "/sns/oauth2/access_token")) {
                    assertDescribed(send(relay, "GET", path + "?js_code=c&code=c&" + key, ""), "GET", path, 200);
                    Answer wrong = send(relay, "GET", path + "?secret=wrong&code=c&appid=" + APPID, "");
                    assertDescribed(wrong, "GET", path, 200);
                    assertThat(wrong.json().path("errcode").asInt()).isEqualTo(40125);
                }
                Answer healed = healed(relayed, relay);
                assertRelayed(healed, 0);
                assertThat(healed.header("X-Wxtoken-Healed")).isEqualTo("1");

                assertDescribed(
                        send(relay, "POST", "/relay/wxa/x?access_token=" + own, "x".repeat(1025)),
                        "POST",
                        "/relay/{path}",
                        413);
                Answer deleted = send(relay, "DELETE", "/relay/wxa/x?access_token=" + own, "");
                assertThat(deleted.status()).isEqualTo(405);
                relayed.business().answer(request -> new MockResponse.Builder()
                        .onResponseStart(new SocketEffect.CloseSocket())
                        .build());
                assertDescribed(relay.get("/relay/wxa/x"), "GET", "/relay/{path}", 502);
            }
            relayed.business().answer(request -> new MockResponse.Builder()
                    .onResponseStart(SocketEffect.Stall.INSTANCE)
                    .build());
            // A server of its own: the calls above may take longer on a slow machine.
            try (RunningServer hasty =
                    RunningServer.start(relayed, shop[0], shop[1], "--wxtoken.relay.call-timeout=1s")) {
                hasty.callAs(Keys.bearer("shop"));
                hasty.token();
                assertDescribed(hasty.get("/relay/wxa/x"), "GET", "/relay/{path}", 504);
            }
        }
    }

    private static Answer healed(WeChatSimulator relayed, RunningServer relay) {
        relayed.clock().advance(Duration.ofSeconds(5));
        AtomicBoolean refused = new AtomicBoolean();
        relayed.business()
                .answer(request -> BusinessCalls.json(
                        refused.getAndSet(true) ? "{\"errcode\":0}" : "{\"errcode\":40001,\"errmsg\":\"x\"}"));
        return relay.get("/relay/wxa/x");
    }

    private static Answer send(RunningServer relay, String method, String path, String body) {
        return relay.send(
                method,
                path,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body),
                "Accept",
                "*/*");
    }

    /** Asserts an answer in WeChat's form; 0 is WeChat's own, all others are this server's. */
    private static void assertRelayed(Answer answer, int errcode) {
        assertDescribed(answer, "GET", "/relay/{path}", 200);
        assertThat(answer.json().path("errcode").asInt(-9))
                .as(answer.toString())
                .isEqualTo(errcode);
        if (errcode != 0) {
            assertThat(errors(document.at("/components/schemas/WeChatError"), answer.json()))
                    .isEmpty();
        }
    }

    @Test
    void aVersionThatIsKnownIsAsDescribed() {
        Answer first = send("GET", "/token", "shop", "");
        Answer known = server.send(
                "GET",
                "/token",
                BodyPublishers.noBody(),
                "Authorization",
                "Bearer " + Keys.of("shop"),
                "If-None-Match",
                first.header("ETag"));
        assertThat(known.status()).isEqualTo(304);
        assertThat(operation("GET", "/token").path("responses").has("304")).isTrue();
    }

    @Test
    void everythingIsDescribed() {
        Set<String> described = new TreeSet<>();
        document.path("paths").properties().forEach(path -> path.getValue().propertyNames().stream()
                .filter(METHODS::contains)
                .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> served = new TreeSet<>();
        server.beans()
                .filter(RequestMappingHandlerMapping.class::isInstance)
                .map(RequestMappingHandlerMapping.class::cast)
                .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .forEach(mapping -> mapping.getPatternValues().forEach(path -> mapping.getMethodsCondition()
                        .getMethods()
                        .forEach(method -> served.add(method + " " + path))));
        served.removeIf(call -> call.endsWith("/**"));
        assertThat(served).isNotEmpty();
        assertThat(described).containsAll(served);
    }

    @Test
    void allReferencesResolve() {
        Set<String> broken = new TreeSet<>();
        document.findValues("$ref").forEach(reference -> {
            if (document.at(reference.asString().substring(1)).isMissingNode()) {
                broken.add(reference.asString());
            }
        });
        assertThat(broken).isEmpty();
        assertThat(document.path("openapi").asString()).startsWith("3.1.");
    }

    private static void assertDescribed(Answer answer, String method, String path, int status) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        JsonNode described = resolve(operation(method, path).path("responses").path(Integer.toString(status)));
        assertThat(described.isMissingNode())
                .as("status %s of %s", status, path)
                .isFalse();
        described.path("headers").properties().forEach(header -> {
            JsonNode schema = resolve(header.getValue()).path("schema");
            boolean required = resolve(header.getValue()).path("required").booleanValue();
            if (!required && answer.header(header.getKey()).isEmpty()) {
                return;
            }
            assertThat(answer.header(header.getKey())).isNotEmpty();
            assertThat(errors(schema, JSON.valueToTree(answer.header(header.getKey()))))
                    .isEmpty();
        });
        String type = answer.header("Content-Type").replaceFirst(";.*", "");
        JsonNode content = described.path("content").path(type);
        assertThat(content.isMissingNode())
                .as("content type %s of %s", type, path)
                .isFalse();
        if (content.has("schema")) {
            assertThat(errors(content.path("schema"), answer.json()))
                    .as(answer.toString())
                    .isEmpty();
        }
    }

    private static List<Error> errors(JsonNode schema, JsonNode value) {
        ObjectNode whole = schema.deepCopy().asObject();
        // Resolves the schema's references.
        whole.set("components", document.path("components"));
        return SCHEMAS.getSchema(whole).validate(value);
    }

    private static JsonNode operation(String method, String path) {
        return document.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
    }

    private static String token() {
        return send("GET", "/token", "shop", "").json().path("access_token").asString();
    }

    private static Answer send(String method, String path, @Nullable String caller, String body) {
        List<String> headers =
                new ArrayList<>(List.of("X-Forwarded-For", "2001:db8:0:" + Integer.toHexString(++calls) + "::1"));
        if (caller != null) {
            headers.addAll(List.of("Authorization", "Bearer " + Keys.of(caller)));
        }
        String text = body;
        if (body.equals("form")) {
            text = GRANT + Keys.of("shop");
            headers.addAll(List.of("Content-Type", FORM));
        } else if (!body.isEmpty()) {
            headers.addAll(List.of("Content-Type", "application/json"));
            if (body.equals("json")) {
                text = JSON.createObjectNode()
                        .put("grant_type", "client_credential")
                        .put("appid", APPID)
                        .put("secret", Keys.of("shop"))
                        .toString();
            }
        }
        return server.send(
                method,
                path,
                text.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(text),
                headers.toArray(String[]::new));
    }
}
