package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.support.Environments;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.core.env.ConfigurableEnvironment;

/** Tests that the examples of the README form one configuration that starts. */
class ReadmeTest {

    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void theExamplesStartTogether(String file, @TempDir Path directory) throws IOException {
        List<String> examples = YAML.matcher(Files.readString(Path.of(System.getProperty("basedir", ""), file)))
                .results()
                .map(example -> example.group(1))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(4);
        HeldCertificate certificate = new HeldCertificate.Builder().build();
        Path chain = Files.writeString(directory.resolve("chain.pem"), certificate.certificatePem());
        Path key = Files.writeString(directory.resolve("key.pem"), certificate.privateKeyPkcs8Pem());

        try (WeChatSimulator wechat =
                WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            wechat.account("wx0123456789abcdef", RunningServer.SECRET);
            wechat.account("wxfedcba9876543210", RunningServer.SECRET);
            ConfigurableEnvironment environment = Environments.with()
                    .yaml(String.join("---\n", examples))
                    .variables(Map.of(
                            "SHOP_SECRET",
                            RunningServer.SECRET,
                            "LOYALTY_SECRET",
                            RunningServer.SECRET,
                            "PROMETHEUS_KEY_SHA256",
                            Keys.sha256("prometheus"),
                            "CRM_KEY_SHA256",
                            Keys.sha256("crm"),
                            "SPRING_SSL_BUNDLE_PEM_WEB_KEYSTORE_CERTIFICATE",
                            chain.toString(),
                            "SPRING_SSL_BUNDLE_PEM_WEB_KEYSTORE_PRIVATEKEY",
                            key.toString(),
                            "SERVER_PORT",
                            "0",
                            "SERVER_ADDRESS",
                            "127.0.0.1",
                            "WXTOKEN_WECHAT_HOSTS",
                            wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(","))))
                    .build();
            try (var server = new SpringApplicationBuilder(WxTokenApplication.class)
                    .environment(environment)
                    .run()) {
                assertThat(server.getBean(Accounts.class).all())
                        .extracting(Account::name)
                        .containsExactlyInAnyOrder("shop", "loyalty");
                assertThat(server.getBean(Callers.class).all())
                        .extracting(
                                Caller::name,
                                caller -> caller.mayUse("shop"),
                                caller -> caller.mayUse("loyalty"),
                                Caller::operator)
                        .containsExactlyInAnyOrder(
                                tuple("shop", true, false, false),
                                tuple("crm", true, true, false),
                                tuple("prometheus", false, false, true));
            }
        }
    }
}
