package io.github.wxtoken.wechat;

import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.KEY;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.FetchRequest;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests {@code wxtoken.wechat.ssl.bundle} with a certificate that only a company's own authority has signed. */
final class WeChatTlsTest {

    private static final int PATIENCE_TRIES = 3000;

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final TlsFront company = new TlsFront("127.0.0.1");
    private final TlsFront other = new TlsFront("127.0.0.1");

    @TempDir
    private Path directory;

    private ApplicationContextRunner application = new ApplicationContextRunner();

    @BeforeEach
    void prepare() throws IOException {
        simulator.account(APPID, SECRET);
        URI host = company.listen(simulator.hosts().get(0));
        application = new ApplicationContextRunner()
                .withUserConfiguration(WeChatConfiguration.class)
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                .withBean(InstantSource.class, InstantSource::system)
                .withBean(SimpleMeterRegistry.class)
                .withPropertyValues(
                        "wxtoken.accounts.main.appid=" + APPID,
                        "wxtoken.accounts.main.secret=" + SECRET,
                        "wxtoken.wechat.hosts=" + host);
    }

    @AfterEach
    void stop() {
        company.close();
        other.close();
        simulator.close();
    }

    @Test
    void anAuthorityThatIsNotTrustedIsNamedAsTheReason() {
        application.run(context -> {
            TokenSourceException failure = failure(context.getBean(TokenSource.class));

            assertThat(failure.text()).matches("TLS handshake with 127\\.0\\.0\\.1:\\d+ failed: .*PKIX path.*");
            assertThat(failure.hint()).isEqualTo(Hints.CERTIFICATE);
            assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        });
    }

    @Test
    void aCertificateForAnotherNameIsNamedAsTheReason() throws IOException {
        try (TlsFront misnamed = new TlsFront("wechat.invalid")) {
            URI host = misnamed.listen(simulator.hosts().get(0));
            trusting(misnamed)
                    .withPropertyValues("wxtoken.wechat.hosts=" + host)
                    .run(context -> assertThat(
                                    failure(context.getBean(TokenSource.class)).hint())
                            .isEqualTo(Hints.CERTIFICATE));
        }
    }

    @Test
    void theAuthorityOfTheBundleIsTrusted() throws IOException {
        trusting(company).run(context -> fetch(context.getBean(TokenSource.class)));

        assertThat(simulator.journal().mints(APPID)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theOptionsOfTheBundleApply(String protocol) throws IOException {
        trusting(company)
                .withPropertyValues("spring.ssl.bundle.pem.company.options.enabled-protocols=" + protocol)
                .run(context -> fetch(context.getBean(TokenSource.class)));
    }

    @Test
    void aProtocolThatTheHostDoesNotSpeakIsNotReplacedByAnother() throws IOException {
        trusting(company)
                .withPropertyValues("spring.ssl.bundle.pem.company.options.enabled-protocols=TLSv1.1")
                .run(context -> assertThat(
                                failure(context.getBean(TokenSource.class)).outcome())
                        .isEqualTo(CallOutcome.NOT_SENT));
    }

    @Test
    void aNewFileIsTakenWithoutARestart() throws IOException {
        trusting(other)
                .withPropertyValues(
                        "spring.ssl.bundle.pem.company.reload-on-update=true",
                        "spring.ssl.bundle.watch.file.quiet-period=100ms")
                .run(context -> {
                    TokenSource source = context.getBean(TokenSource.class);
                    assertThat(failure(source).hint()).isEqualTo(Hints.CERTIFICATE);

                    install(company);

                    for (int tries = 0; !succeeds(source); tries++) {
                        assertThat(tries).isLessThan(PATIENCE_TRIES);
                    }
                });
    }

    private ApplicationContextRunner trusting(TlsFront front) throws IOException {
        return application.withPropertyValues(
                "wxtoken.wechat.ssl.bundle=company",
                "spring.ssl.bundle.pem.company.truststore.certificate=" + install(front));
    }

    private Path install(TlsFront front) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), front.authorityPem());
        return Files.move(next, directory.resolve("company.pem"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void fetch(TokenSource source) {
        source.fetch(FetchRequest.of(KEY), () -> true).toCompletableFuture().join();
    }

    private static TokenSourceException failure(TokenSource source) {
        return TestClient.failure(() -> fetch(source));
    }

    private static boolean succeeds(TokenSource source) {
        return source.fetch(FetchRequest.of(KEY), () -> true)
                .handle((fetched, e) -> e == null)
                .toCompletableFuture()
                .join();
    }
}
