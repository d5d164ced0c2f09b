package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests that a relayed call keeps its connection while others are closed to accept new ones. */
final class RelayConnectionsTest {

    private static final int CALLS = 4;

    /** WeChat may have executed the call, so its caller must get the answer. */
    @Test
    void aCallInProgressCountsByItsCaller() throws Exception {
        CountDownLatch asked = new CountDownLatch(CALLS);
        CountDownLatch released = new CountDownLatch(1);
        String[] caller = Keys.arguments("shop", "relay=/**");
        List<Socket> sockets = new ArrayList<>();
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            wechat.business().answer(call -> {
                asked.countDown();
                await(released);
                return BusinessCalls.json("{\"errcode\":0}");
            });
            try (RunningServer server =
                    RunningServer.start(wechat, caller[0], caller[1], "--server.tomcat.max-connections=16")) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                for (int i = 0; i < CALLS; i++) {
                    Socket call = connect(server, 0, sockets);
                    send(
                            call,
                            "POST /relay/cgi-bin/message/send HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Authorization: " + Keys.bearer("shop")[1] + "\r\nContent-Length: 2\r\n\r\n{}");
                }
                await(asked);
                for (int other : List.of(1, 1, 2, 2)) {
                    connect(server, other, sockets);
                }
                Socket last = connect(server, 3, sockets);
                send(last, "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                assertThat(receive(last)).as("the last connection").contains("UP");
                released.countDown();
                for (Socket call : sockets.subList(0, CALLS)) {
                    assertThat(receive(call)).contains("\"errcode\":0");
                }
            }
        } finally {
            released.countDown();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Connects from 127.0.{@code host}.1. */
    private static Socket connect(RunningServer server, int host, List<Socket> sockets) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setSoTimeout(20_000);
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, (byte) host, 1}), 0));
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.url().getPort()));
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String receive(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
