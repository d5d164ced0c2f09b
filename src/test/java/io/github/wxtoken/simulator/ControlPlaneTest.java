package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Caller.Received;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the control plane that users call with {@code curl}. */
class ControlPlaneTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final Caller caller = new Caller(simulator.hosts().get(0));
    private final Caller people = new Caller(simulator.controlPlane());

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void theCurrentTokenIsKilled() {
        String token = caller.token().accessToken();

        Received answer = post("/simulator/kill?appid=" + APPID);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"appid\" : \"" + APPID + "\"", "\"token\" : \"none\"");
        assertThat(caller.probe(token).errcode()).isEqualTo(40001);
    }

    @Test
    void somebodyElseCallsForAToken() {
        String token = caller.token().accessToken();

        assertThat(post("/simulator/mint").body()).contains("\"issued\" : 2");
        post("/simulator/mint");
        assertThat(caller.probe(token).errcode()).isEqualTo(40001);
        account.dailyQuota(3);
        assertThat(post("/simulator/mint").status()).isEqualTo(400);
    }

    @Test
    void faultsAreSetAndTakenBack() {
        assertThat(post("/simulator/fault?name=HTTP_502&times=1").body()).contains("[ \"HTTP_502\" ]");
        assertThat(post("/simulator/fault?name=SYSTEM_BUSY&kind=TOKEN").body()).contains("SYSTEM_BUSY");
        assertThat(caller.token().status()).isEqualTo(502);
        assertThat(caller.token().errcode()).isEqualTo(-1);

        assertThat(people.delete("/simulator/faults").body()).contains("\"faults\" : [ ]");
        assertThat(caller.token().accessToken()).isNotEmpty();
    }

    @Test
    void theJournalAndTheOverviewAreReadableAndShowNoSecret() {
        String token = caller.token().accessToken();
        caller.probe(token);
        String fingerprint = Fingerprint.of(token);

        assertThat(people.get("/simulator/journal").body())
                .contains("\"minted\" : \"" + fingerprint + "\"", "\"token\" : \"" + fingerprint + "\"")
                .doesNotContain(token, SECRET);
        assertThat(people.get("/simulator").body())
                .contains("POST /simulator/kill", "HTTP_502", fingerprint)
                .doesNotContain(token, SECRET);
    }

    @Test
    void whatItDoesNotUnderstandItSays() {
        assertThat(post("/simulator/fault").body()).contains("parameter name is missing");
        assertThat(post("/simulator/fault?name=HTTP_418").body()).contains("no HTTP_418 among");
        assertThat(post("/simulator/fault?name=HTTP_502&times=x").status()).isEqualTo(400);
        assertThat(post("/simulator/kill?appid=wxnobody").body()).contains("no account wxnobody");
        assertThat(people.get("/simulator/kill").status()).isEqualTo(404);
        simulator.account("wxfedcba9876543210", "another");
        assertThat(post("/simulator/kill").body()).contains("parameter appid is missing");
    }

    @Test
    void portsCanBeChosen() throws IOException {
        int port = aFreePort();
        try (WeChatSimulator chosen =
                WeChatSimulator.builder().port(port).hosts(0).start()) {
            assertThat(chosen.controlPlane()).isEqualTo(URI.create("http://127.0.0.1:" + port));
        }
    }

    private Received post(String path) {
        return people.post(path, RequestBody.create("", null));
    }

    private static int aFreePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, Loopback.ADDRESS)) {
            return socket.getLocalPort();
        }
    }
}
