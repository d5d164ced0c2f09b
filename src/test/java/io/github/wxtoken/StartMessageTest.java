package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.ClientLimits;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the messages to the operator after a successful start. */
final class StartMessageTest {

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final String hosts = wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(", "));

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void saysHowItIsSetUpAndWhatIsUnsafe() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = RunningServer.start(
                wechat,
                "--wxtoken.accounts.account1.api=stable",
                "--wxtoken.accounts.account1.tickets=jsapi,wx_card")) {
            assertThat(text(server).lines()).first().asString().matches("wxtoken (\\S+ )?is set up:");
            assertThat(text(server).lines().skip(1))
                    .containsExactly(
                            "  listens on 127.0.0.1, port " + server.url().getPort() + ", plain HTTP",
                            "  page       http://127.0.0.1:" + server.url().getPort() + "/status",
                            "  callers    none, so the server listens on loopback only",
                            "  accounts   1",
                            "             account1 (" + APPID + "), stable, ticket jsapi, ticket wx_card",
                            "  store      memory, for one replica",
                            "  limits     at most "
                                    + server.bean(ClientLimits.class).connections() + " connections",
                            "  WeChat     " + hosts,
                            "  UNSAFE     Every process on this machine can get the tokens: see wxtoken.callers.",
                            "             Tokens come from a server on this machine, such as a simulator, not from"
                                    + " WeChat: see wxtoken.wechat.hosts.");
        }
    }

    @Test
    void isOneScreenHoweverManyAccountsThereAre() {
        List<String> appids = IntStream.range(0, 300).mapToObj(i -> "wx" + i).toList();
        appids.forEach(appid -> wechat.account(appid, SECRET));
        String[] arguments = Stream.of(
                        Stream.of("--server.address=0.0.0.0", "--management.server.port=0"),
                        Stream.of("--management.server.address=0.0.0.0", Keys.arguments("shop")[0]),
                        Stream.of(Keys.arguments("colleague", "operator=true")))
                .flatMap(each -> each)
                .toArray(String[]::new);
        try (RunningServer server = RunningServer.start(wechat, appids, arguments)) {
            assertThat(text(server).lines())
                    .hasSizeLessThan(24)
                    .contains(
                            "  listens on every address, port " + server.url().getPort() + ", plain HTTP",
                            "  operators  every address, port " + server.property("local.management.port")
                                    + ", without keys",
                            "  page       http://localhost:" + server.property("local.management.port") + "/status",
                            "  callers    2, including 1 operator(s)",
                            "  accounts   300",
                            "             ... and 290 more",
                            "  UNSAFE     Keys and tokens cross the network unencrypted unless a proxy in front uses"
                                    + " TLS: see server.ssl.",
                            "             The management port needs no key: all who reach it see operational details"
                                    + " and can order new tokens.");
            assertThat(text(server).lines().filter(line -> line.endsWith(", classic")))
                    .hasSize(10);
            assertThat(text(server)).doesNotContain(SECRET, Keys.sha256("shop"));
        }
    }

    private static String text(RunningServer server) {
        return server.bean(StartMessage.class).text();
    }
}
