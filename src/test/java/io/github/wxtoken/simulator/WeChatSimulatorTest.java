package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.Caller.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the simulator as a whole: its hosts, its clock and its journal. */
class WeChatSimulatorTest {

    private final MovableClock testClock = MovableClock.standingAt(Instant.parse("2026-11-22T15:59:59Z"));
    private final WeChatSimulator simulator =
            WeChatSimulator.builder().clock(testClock).hosts(5).seed(3).start();
    private final Account account = simulator.account(APPID, SECRET);
    private final Caller caller = new Caller(simulator.hosts().get(0));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void allHostsShareTheAccounts() {
        String token = caller.token().accessToken();

        assertThat(simulator.hosts()).hasSize(5).doesNotHaveDuplicates();
        for (URI host : simulator.hosts()) {
            assertThat(new Caller(host).probe(token).body()).startsWith("{\"ip_list\"");
        }
        assertThat(simulator.journal().calls(call -> call.kind() == CallKind.PROBE))
                .extracting(Call::host)
                .containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aHostIsDownAloneAndComesBackWhereItWas() {
        Caller another = new Caller(simulator.hosts().get(1));
        Caller newcomer = new Caller(simulator.hosts().get(0));
        assertThat(caller.token().status()).isEqualTo(200);
        simulator.host(0).down();

        assertThatThrownBy(caller::token).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(newcomer::token)
                .isInstanceOf(UncheckedIOException.class)
                .rootCause()
                .isInstanceOf(ConnectException.class);
        assertThat(another.token().status()).isEqualTo(200);
        simulator.host(0).up();
        assertThat(caller.token().status()).isEqualTo(200);
        assertThat(simulator.journal().attempts(APPID)).isEqualTo(3);
    }

    @Test
    void aHostComesBackAlthoughAClientKeepsItsConnection() throws IOException {
        URI url = simulator.hosts().get(0);
        try (Socket pooled = new Socket(url.getHost(), url.getPort())) {
            pooled.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            assertThat(pooled.getInputStream().read()).isEqualTo('H');
            simulator.host(0).down();
            simulator.host(0).up();
            assertThat(caller.token().status()).isEqualTo(200);
        }
    }

    @Test
    void goingDownEndsTheCallsThatAreUnderWay() {
        simulator.faults().next(Fault.HELD, 1);
        CompletableFuture<Received> call = caller.tokenAsync();
        simulator.faults().awaitHeld(1);

        simulator.host(0).down();
        assertThat(call.handle((answer, failure) -> failure != null).join()).isTrue();
    }

    @Test
    void aHandshakeMayFail() {
        Caller lost = new Caller(simulator.hostWithBrokenTls());

        assertThatThrownBy(lost::token)
                .isInstanceOf(UncheckedIOException.class)
                .rootCause()
                .isInstanceOf(SSLException.class);
        assertThat(simulator.journal().calls()).isEmpty();
    }

    @Test
    void theClockFollowsTheTestsOwnAtADistance() {
        simulator.clock().advance(Duration.ofMinutes(-3));
        testClock.advance(Duration.ofHours(1));

        assertThat(simulator.clock().instant()).isEqualTo(Instant.parse("2026-11-22T16:56:59Z"));
    }

    @Test
    void callsAtTheSameTimeMintInADefiniteOrder() {
        List<CompletableFuture<Received>> calls =
                Stream.generate(caller::tokenAsync).limit(20).toList();
        List<String> fingerprints = calls.stream()
                .map(call -> Fingerprint.of(call.join().accessToken()))
                .toList();

        List<Call> journal = simulator.journal().calls();
        assertThat(journal).extracting(Call::fingerprint).containsExactlyInAnyOrderElementsOf(fingerprints);
        assertThat(journal).extracting(Call::number).isSorted();
        assertThat(journal).extracting(Call::mints).isSorted().doesNotHaveDuplicates();
        TokenLife current = account.current().orElseThrow();
        assertThat(journal.get(19).fingerprint()).isEqualTo(Fingerprint.of(current.token()));
    }

    @Test
    void theJournalTellsWhatHappenedAndNoSecret() {
        Instant now = simulator.clock().instant();
        String token = caller.token().accessToken();
        account.mintOutOfBand();
        simulator.faults().next(Fault.LOST_HTTP_502, 1).next(Fault.HTTP_502, 1);
        caller.token();
        caller.probe(token);
        caller.get(Caller.tokenPath(APPID, "wrong"));
        caller.probe("2");

        String path = "/cgi-bin/token";
        String probe = "/cgi-bin/getcallbackip";
        String print = Fingerprint.of(token);
        List<Call> journal = simulator.journal().calls();
        assertThat(journal)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("fingerprint")
                .containsExactly(
                        new Call(1, now, 0, CallKind.TOKEN, path, APPID, Errcode.OK, null, print, true, 1),
                        new Call(2, now, -1, CallKind.OUT_OF_BAND, "", APPID, Errcode.OK, null, "", true, 1),
                        new Call(3, now, 0, CallKind.TOKEN, path, APPID, Errcode.OK, Fault.LOST_HTTP_502, "", true, 2),
                        new Call(4, now, 0, CallKind.PROBE, probe, APPID, null, Fault.HTTP_502, null, false, 2),
                        new Call(
                                5,
                                now,
                                0,
                                CallKind.TOKEN,
                                path,
                                APPID,
                                Errcode.INVALID_APPSECRET,
                                null,
                                null,
                                false,
                                2),
                        new Call(
                                6,
                                now,
                                0,
                                CallKind.PROBE,
                                probe,
                                null,
                                Errcode.INVALID_CREDENTIAL,
                                null,
                                "",
                                false,
                                0));
        assertThat(journal.get(0).fingerprint()).isEqualTo(print);
        assertThat(journal.toString()).doesNotContain(token, SECRET);
        assertThat(simulator.journal().attempts(APPID)).isEqualTo(3);
        assertThat(simulator.journal().probes(APPID)).isEqualTo(1);
        simulator.journal().clear();
        assertThat(simulator.journal().calls()).isEmpty();
        assertThat(simulator.journal().mints(APPID)).isZero();
    }
}
