package io.github.wxtoken.clients;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/**
 * A server with one caller, whose key a client uses in place of the AppSecret. All other calls go to a simulated
 * WeChat.
 */
abstract class ClientTest {

    static final String KEY = Keys.of("shop");

    final WeChatSimulator wechat = WeChatSimulator.start();
    final Account account = wechat.account(APPID, SECRET);
    final RunningServer server = RunningServer.start(wechat, Keys.arguments("shop"));

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    /** Returns the base URL of the server, without a trailing slash. */
    URI wxtoken() {
        return server.url();
    }

    /** Returns the base URL of WeChat, without a trailing slash. */
    String weChat() {
        return wechat.hosts().get(0).toString();
    }

    /** Makes the server do its planned refresh and lets the previous token expire. */
    void rotate() {
        String before = current();
        wechat.clock().advance(Duration.ofMinutes(112));
        server.callAs(Keys.bearer("shop"));
        server.getUntil(
                "/token",
                answer -> answer.status() == 200
                        && !answer.json().path("access_token").asString().equals(before));
        wechat.clock().advance(Duration.ofMinutes(6));
    }

    /** Invalidates the current token, as another server with the AppSecret would. */
    void kill() {
        // Otherwise the server would treat the token as verified just now.
        wechat.clock().advance(Duration.ofSeconds(30));
        account.kill();
    }

    /** Returns the token that WeChat issued last. */
    String current() {
        return account.current().orElseThrow().token();
    }
}
