package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests the server with TLS, configured with Spring Boot's SSL bundles as in the README. */
@ExtendWith(OutputCaptureExtension.class)
final class TlsTest {

    private static final int PATIENCE_TRIES = 3000;

    private final HeldCertificate authority = new HeldCertificate.Builder()
            .commonName("authority")
            .certificateAuthority(0)
            .build();
    private final WeChatSimulator wechat = WeChatSimulator.start();

    @TempDir
    private Path directory;

    @BeforeEach
    void prepare() throws IOException {
        wechat.account(APPID, SECRET);
        install(certificate("first"));
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void isSpokenOnlyAndVerified(CapturedOutput output) throws Exception {
        try (RunningServer server = start()) {
            HttpResponse<String> answer = get(server, client(null));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("access_token");
            assertThat(answer.headers().firstValue("Server")).isEmpty();
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .as("a client that does not know the authority")
                    .isThrownBy(() -> get(server, HttpClient.newHttpClient()));
            try (Wire wire = new Wire(server.url().getPort())) {
                assertThat(wire.send("GET /token HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .receive())
                        .doesNotContain("access_token");
            }
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "PRIVATE KEY");
    }

    @Test
    void takesANewCertificateWithoutARestart(CapturedOutput output) throws Exception {
        try (RunningServer server = start()) {
            assertThat(subject(server)).isEqualTo("CN=first");
            install(certificate("second"));
            int tries = 0;
            while (!subject(server).equals("CN=second")) {
                assertThat(tries++).as(output.getAll()).isLessThan(PATIENCE_TRIES);
            }
            assertThat(get(server, client(null)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void mayAskForCertificatesOfClients() throws Exception {
        Path trusted = Files.writeString(directory.resolve("clients.pem"), authority.certificatePem());
        try (RunningServer server = start(
                "--spring.ssl.bundle.pem.web.truststore.certificate=" + trusted, "--server.ssl.client-auth=need")) {
            assertThatThrownBy(() -> get(server, client(null))).isInstanceOf(IOException.class);
            assertThat(get(server, client(certificate("client"))).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aMissingFileStopsTheStartAndIsNamed(CapturedOutput output) throws IOException {
        Files.delete(directory.resolve("key.pem"));
        assertThatThrownBy(this::start).isInstanceOf(RuntimeException.class);
        assertThat(output.getAll())
                .contains("spring.ssl.bundle.pem.web.keystore.private-key", "There is no such file")
                .doesNotContain("keystore.certificate", "PRIVATE KEY");
    }

    private RunningServer start(String... more) {
        List<String> arguments = new ArrayList<>(List.of(Keys.arguments("shop")));
        arguments.add("--server.ssl.bundle=web");
        arguments.add("--spring.ssl.bundle.pem.web.keystore.certificate=" + directory.resolve("chain.pem"));
        arguments.add("--spring.ssl.bundle.pem.web.keystore.private-key=" + directory.resolve("key.pem"));
        arguments.add("--spring.ssl.bundle.pem.web.reload-on-update=true");
        arguments.add("--spring.ssl.bundle.watch.file.quiet-period=100ms");
        arguments.addAll(List.of(more));
        return RunningServer.start(wechat, arguments.toArray(String[]::new));
    }

    private HeldCertificate certificate(String name) {
        return new HeldCertificate.Builder()
                .commonName(name)
                .addSubjectAlternativeName(InetAddress.getLoopbackAddress().getHostAddress())
                .signedBy(authority)
                .build();
    }

    /** Replaces both files atomically, as certbot and Kubernetes do. */
    private void install(HeldCertificate certificate) throws IOException {
        replace("key.pem", certificate.privateKeyPkcs8Pem());
        replace("chain.pem", certificate.certificatePem());
    }

    private void replace(String name, String pem) throws IOException {
        Path next = Files.writeString(directory.resolve(name + ".next"), pem);
        Files.move(next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private HttpClient client(@Nullable HeldCertificate own) {
        HandshakeCertificates.Builder certificates =
                new HandshakeCertificates.Builder().addTrustedCertificate(authority.certificate());
        if (own != null) {
            certificates.heldCertificate(own);
        }
        return HttpClient.newBuilder()
                .sslContext(certificates.build().sslContext())
                .build();
    }

    private String subject(RunningServer server) throws Exception {
        return get(server, client(null))
                .sslSession()
                .map(session -> {
                    try {
                        return ((X509Certificate) session.getPeerCertificates()[0])
                                .getSubjectX500Principal()
                                .getName();
                    } catch (SSLPeerUnverifiedException e) {
                        throw new AssertionError(e);
                    }
                })
                .orElseThrow();
    }

    private static HttpResponse<String> get(RunningServer server, HttpClient client) throws Exception {
        URI token = URI.create("https://127.0.0.1:" + server.url().getPort() + "/token");
        return client.send(
                HttpRequest.newBuilder(token).headers(Keys.bearer("shop")).build(), BodyHandlers.ofString());
    }
}
