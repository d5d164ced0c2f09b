package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Tests where the server may listen while no callers are configured. */
@ExtendWith(OutputCaptureExtension.class)
final class LoopbackGuardTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    void loopbackIsFine(String address) {
        guard(Map.of("server.address", address), false);
        guard(
                Map.of(
                        "server.address",
                        address,
                        "management.server.port",
                        "8081",
                        "management.server.address",
                        address),
                false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3", "192.0.2.1", "2001:db8::1"})
    void anythingElseIsForThoseWithCallers(String address) {
        refused(Map.of("server.address", address), false, "server.address");
        guard(Map.of("server.address", address), true);

        Map<String, String> management = Map.of(
                "server.address", "127.0.0.1", "management.server.port", "0", "management.server.address", address);
        refused(management, false, "management.server.address");
        guard(management, true);
    }

    @Test
    void leftOutItIsLoopbackAsLongAsThereAreNoCallers() {
        assertThat(listensOn(Map.of(), false)).isEqualTo(InetAddress.getLoopbackAddress());
        assertThat(listensOn(Map.of(), true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aManagementPortOfItsOwnNeedsAnAddress(boolean callers) {
        refused(Map.of("management.server.port", "8081"), callers, "management.server.address");
    }

    @ParameterizedTest
    @CsvSource({"8080", "-1"})
    void aPortThatIsNotOpenedNeedsNoAddress(String managementPort) {
        guard(Map.of("server.address", "127.0.0.1", "management.server.port", managementPort), false);
    }

    @Test
    void theStartFailsWithOneMessageThatSaysWhatToDo(CapturedOutput output) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            assertThatThrownBy(() -> RunningServer.start(wechat, "--server.address=0.0.0.0"))
                    .hasRootCauseInstanceOf(UnguardedPortException.class);
            assertThat(output.getAll())
                    .contains(
                            "APPLICATION FAILED TO START",
                            "listen on 0.0.0.0 (property server.address), but no callers are configured",
                            "java -jar wxtoken.jar make-key",
                            "wxtoken.callers.<name>.key-sha256",
                            "set server.address to 127.0.0.1 instead.")
                    .doesNotContain("Tomcat started", "\tat ");
            assertThat(wechat.journal().calls()).isEmpty();
        }
    }

    @Test
    void aStartSaysWhereItListensAndWhy(CapturedOutput output) {
        try (WeChatSimulator wechat = WeChatSimulator.start();
                RunningServer server = RunningServer.start(wechat)) {
            assertThat(server.url().getHost()).isEqualTo("127.0.0.1");
            assertThat(output.getAll()).containsOnlyOnce("none, so the server listens on loopback only");
        }
    }

    private static void refused(Map<String, String> properties, boolean callers, String property) {
        assertThatExceptionOfType(UnguardedPortException.class)
                .isThrownBy(() -> guard(properties, callers))
                .satisfies(e -> assertThat(e.property()).isEqualTo(property));
    }

    private static @Nullable InetAddress listensOn(Map<String, String> properties, boolean callers) {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
        guard(properties, callers).customize(factory);
        return factory.getAddress();
    }

    private static LoopbackGuard guard(Map<String, String> properties, boolean withCallers) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new HashMap<>(properties)));
        ConfigurationPropertySources.attach(environment);
        ServerProperties server = Binder.get(environment).bindOrCreate("server", ServerProperties.class);
        return new LoopbackGuard(server, withCallers ? Keys.callers("shop") : Keys.callers(), environment);
    }
}
