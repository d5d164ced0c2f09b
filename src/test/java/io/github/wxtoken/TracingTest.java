package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** Tests W3C trace context, with an OpenTelemetry tracing bridge set up as in Spring Boot's module. */
class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + SPAN + "-01";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build();
    private final WeChatSimulator wechat = WeChatSimulator.start();

    @AfterEach
    void close() {
        wechat.close();
        provider.close();
    }

    @Test
    void theTraceOfACallerGoesOnToWeChat() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = traced()) {
            String dead = server.token();
            wechat.clock().advance(Duration.ofSeconds(30));
            wechat.account(APPID).kill();
            int before = wechat.journal().traceparents().size();
            assertThat(report(server, dead).json().path("outcome").asString()).isEqualTo("refreshed");
            List<String> upstream = wechat.journal().traceparents();
            assertThat(upstream.subList(before, upstream.size()))
                    .as("the probe and the fetch")
                    .hasSize(2)
                    .allMatch(traceparent -> traceparent.startsWith("00-" + TRACE));
        }
        List<SpanData> ofTheCall =
                finished().filter(span -> span.getTraceId().equals(TRACE)).toList();
        assertThat(ofTheCall)
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder(
                        "http post /token/refresh", "GET /cgi-bin/getcallbackip", "GET /cgi-bin/token");
        assertThat(ofTheCall).anyMatch(span -> span.getParentSpanId().equals(SPAN));
    }

    @Test
    void theShortWayIsTracedAsWell() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = traced()) {
            String dead = server.token();
            wechat.clock().advance(Duration.ofSeconds(30));
            wechat.account(APPID).kill();
            assertThat(server.report(dead).status()).isEqualTo(200);
            assertThat(report(server, dead).header("Content-Length")).isNotEmpty();
            assertThat(server.getLater("/token", "traceparent", TRACEPARENT)
                            .join()
                            .header("Content-Length"))
                    .isNotEmpty();
        }
        assertThat(finished().filter(span -> span.getTraceId().equals(TRACE)))
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder("http post /token/refresh", "http get /token");
    }

    @Test
    void noSpanHasASecretOrAToken() {
        wechat.account(APPID, SECRET);
        List<String> canaries = new ArrayList<>(List.of(SECRET, Keys.of("shop")));
        try (RunningServer server = traced(Keys.arguments("shop"))) {
            server.callAs(Keys.bearer("shop"));
            String token = server.token();
            canaries.add(token);
            report(server, token);
            server.get("/token?access_token=" + token);
            server.get("/nowhere/" + token + "?key=" + Keys.of("shop"));
            server.get("/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret=" + Keys.of("shop"));
            wechat.clock().advance(Duration.ofMinutes(1));
            for (Fault fault : List.of(Fault.LOST_HALF_BODY, Fault.LOST_RESET, Fault.REDIRECT, Fault.SYSTEM_BUSY)) {
                wechat.faults().clear();
                wechat.faults().always(fault);
                int calls = wechat.journal().calls().size();
                wechat.clock().advance(Duration.ofMinutes(115));
                wechat.journal().awaitCalls(calls + 1);
            }
        }
        List<String> said = finished().map(TracingTest::everything).toList();
        assertThat(said).hasSizeGreaterThan(10).anyMatch(span -> span.contains("getcallbackip"));
        for (String canary : canaries) {
            assertThat(said).noneMatch(span -> span.contains(canary));
        }
    }

    @Test
    void withoutABridgeThereIsNoFilter() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            assertThat(filters(server)).isZero();
        }
        try (RunningServer server = traced()) {
            assertThat(filters(server)).isEqualTo(1);
        }
    }

    private static long filters(RunningServer server) {
        return server.beans()
                .filter(bean -> bean instanceof FilterRegistrationBean<?> filter
                        && filter.getFilter() instanceof ServerHttpObservationFilter)
                .count();
    }

    private static RunningServer.Answer report(RunningServer server, String token) {
        return server.send(
                "POST",
                "/token/refresh",
                BodyPublishers.ofString("{\"access_token\":\"" + token + "\"}"),
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + Keys.of("shop"),
                "traceparent",
                TRACEPARENT);
    }

    private RunningServer traced(String... arguments) {
        return RunningServer.start(wechat, List.of(APPID), this::bridge, arguments);
    }

    private void bridge(GenericApplicationContext context) {
        var otel = provider.get("test");
        Tracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), event -> {});
        var propagator = new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
        context.registerBean(Tracer.class, () -> tracer);
        context.registerBean(
                ObservationHandler.class,
                () -> new ObservationHandler.FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new DefaultTracingObservationHandler(tracer)));
    }

    private Stream<SpanData> finished() {
        return spans.getFinishedSpanItems().stream();
    }

    private static String everything(SpanData span) {
        return span + " " + span.getEvents() + " " + span.getAttributes() + " " + span.getStatus();
    }
}
