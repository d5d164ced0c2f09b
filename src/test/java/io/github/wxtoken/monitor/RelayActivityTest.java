package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.monitor.RelayActivity.Relayed;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the sums of relayed calls that operators see. */
final class RelayActivityTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RelayActivity activity = new RelayActivity(meters);

    @Test
    void withoutTheRelayThereIsNothing() {
        assertThat(activity.current()).isNull();
        activity.tick();
        assertThat(activity.current()).isNull();
    }

    @Test
    void withoutARegistryThereIsNothingRatherThanZero() {
        CompositeMeterRegistry empty = new CompositeMeterRegistry();
        empty.gauge("wxtoken.relay.in.flight", 0);
        empty.gauge("wxtoken.relay.in.flight.limit", 64);
        assertThat(new RelayActivity(empty).current()).isNull();
    }

    @Test
    void callsAreSummedOverCallersAndPaths() {
        limit();
        call("shop", "/wxa/**", "ok", 2);
        call("shop", "/cgi-bin/message/**", "quota", 1);
        call("crm", "/wxa/**", "ok", 1);
        meters.counter("wxtoken.relay.healed", "caller", "shop").increment();
        meters.counter("wxtoken.relay.healed", "caller", "crm").increment(2);
        Relayed relayed = current();
        assertThat(relayed.inFlight()).isEqualTo(3);
        assertThat(relayed.limit()).isEqualTo(64);
        assertThat(relayed.sinceStart().outcomes()).isEqualTo(Map.of("ok", 3L, "quota", 1L));
        assertThat(relayed.sinceStart().healed()).isEqualTo(3);
        assertThat(relayed.recent()).isEqualTo(relayed.sinceStart());
    }

    @Test
    void callsAreRecentForTenMinutes() {
        limit();
        call("shop", "/wxa/**", "ok", 5);
        meters.counter("wxtoken.relay.healed", "caller", "shop").increment();
        for (int minute = 0; minute < RelayActivity.MINUTES - 1; minute++) {
            activity.tick();
            assertThat(current().recent().outcomes()).containsEntry("ok", 5L);
        }
        activity.tick();
        call("shop", "/wxa/**", "unreachable", 1);
        assertThat(current().recent().outcomes()).isEqualTo(Map.of("ok", 0L, "unreachable", 1L));
        assertThat(current().recent().healed()).isZero();
        assertThat(current().sinceStart().outcomes()).isEqualTo(Map.of("ok", 5L, "unreachable", 1L));
        assertThat(current().sinceStart().healed()).isEqualTo(1);
    }

    @Test
    void aServerShowsItsCallsByOutcome() {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            AtomicInteger calls = new AtomicInteger();
            String[] answers = {
                "{\"errcode\":0}",
                "{\"errcode\":45009}",
                "{\"errcode\":40164}",
                "{\"errcode\":-1}",
                "{\"errcode\":43101}",
                "{\"errcode\":42001}",
                "{\"errcode\":0}"
            };
            wechat.business().answer(request -> BusinessCalls.json(answers[calls.getAndIncrement()]));
            String[] shop = Keys.arguments("shop", "operator=true", "relay=/cgi-bin/message/**");
            try (RunningServer server = RunningServer.start(wechat, shop)) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                assertThat(server.get("/actuator/tokens")
                                .json()
                                .at("/relay/recent/outcomes")
                                .toString())
                        .as("before the first call")
                        .isEqualTo("{}");
                assertThat(server.get("/actuator/prometheus").toString())
                        .contains("wxtoken_relay_healed_total{caller=\"shop\"} 0.0");
                wechat.clock().advance(Duration.ofSeconds(5));
                for (int i = 0; i < 6; i++) {
                    relay(server, "/relay/cgi-bin/message/template/send", "shop");
                }
                relay(server, "/relay/cgi-bin/user/get", "shop");
                relay(server, "/relay/cgi-bin/message/template/send", null);
                assertThat(calls).hasValue(7);
                JsonNode relay = server.get("/actuator/tokens").json().path("relay");
                assertThat(relay.path("limit").asInt()).isPositive();
                assertThat(relay.path("inFlight").asInt(-1)).isZero();
                JsonNode counts = relay.path("recent");
                assertThat(counts).isEqualTo(relay.path("sinceStart"));
                assertThat(counts.path("healed").asInt()).isEqualTo(1);
                assertThat(counts.path("outcomes").toString())
                        .isEqualTo("{\"busy\":1,\"error\":1,\"ok\":2,\"operator\":1,\"quota\":1,\"refused\":2}");
                assertThat(server.get("/actuator/tokens/account1").json().has("relay"))
                        .isFalse();
            }
        }
    }

    @Test
    void aServerWithoutTheRelayShowsNothing() {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(wechat)) {
                assertThat(server.get("/actuator/tokens").json().has("relay")).isFalse();
            }
        }
    }

    private static void relay(RunningServer server, String path, @Nullable String caller) {
        String[] key = caller == null ? new String[] {"Accept", "*/*"} : Keys.bearer(caller);
        assertThat(server.send("POST", path, BodyPublishers.ofString("{}"), key).status())
                .isEqualTo(200);
    }

    private void limit() {
        meters.gauge("wxtoken.relay.in.flight", 3);
        meters.gauge("wxtoken.relay.in.flight.limit", 64);
    }

    private void call(String caller, String path, String outcome, int times) {
        for (int i = 0; i < times; i++) {
            meters.timer("wxtoken.relay.calls", "caller", caller, "path", path, "outcome", outcome)
                    .record(Duration.ofMillis(20));
        }
    }

    private Relayed current() {
        return Objects.requireNonNull(activity.current());
    }
}
