package io.github.wxtoken.clients;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateMessage;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import mockwebserver3.MockResponse;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests WxJava with nothing but the relay as its base URL, and the caller's key in place of the AppSecret. */
final class WxJavaRelayTest {

    private static final String KEY = Keys.of("shop");

    @TempDir
    Path folder;

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final RunningServer server = RunningServer.start(
            wechat,
            Stream.concat(
                            Stream.of(Keys.arguments("shop", "relay=/cgi-bin/**,/wxa/**,/sns/**")),
                            Stream.of("--wxtoken.accounts.account1.tickets=jsapi"))
                    .toArray(String[]::new));

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    @Test
    void theOfficialAccountServiceNeedsOneSetting() throws WxErrorException, IOException {
        WxMpDefaultConfigImpl config = new WxMpDefaultConfigImpl();
        config.setAppId(APPID);
        config.setSecret(KEY);
        config.setHostConfig(
                WxMpHostConfig.builder().apiHost(server.url() + "/relay").build());
        WxMpService service = new WxMpServiceImpl();
        service.setWxMpConfigStorage(config);
        everythingIsFetched();

        for (int round = 0; round < 3; round++) {
            answer("{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":4711}");
            assertThat(service.getTemplateMsgService()
                            .sendTemplateMsg(WxMpTemplateMessage.builder()
                                    .toUser("o")
                                    .templateId("t")
                                    .build()))
                    .isEqualTo("4711");
            answer("{\"type\":\"image\",\"media_id\":\"m\",\"created_at\":1}");
            assertThat(service.getMaterialService()
                            .mediaUpload("image", image())
                            .getMediaId())
                    .isEqualTo("m");
            answer("{\"access_token\":\"u\",\"expires_in\":7200,\"openid\":\"o\",\"scope\":\"snsapi_base\"}");
            assertThat(service.getOAuth2Service().getAccessToken("code").getOpenId())
                    .isEqualTo("o");
            assertThat(service.getJsapiTicket(true)).isNotEmpty();
            if (round == 0) {
                rotate();
            } else {
                kill();
            }
        }
        assertThat(config.getAccessToken()).isNotEqualTo(weChatsToken());
        assertSecretStaysInside();
    }

    @Test
    void theMiniProgramServiceNeedsOneSetting() throws WxErrorException {
        for (boolean stable : new boolean[] {false, true}) {
            WxMaDefaultConfigImpl config = new WxMaDefaultConfigImpl();
            config.setAppid(APPID);
            config.setSecret(KEY);
            config.setApiHostUrl(server.url() + "/relay");
            config.useStableAccessToken(stable);
            WxMaService service = new WxMaServiceImpl();
            service.setWxMaConfig(config);
            everythingIsFetched();

            for (int round = 0; round < 3; round++) {
                answer("{\"session_key\":\"k\",\"openid\":\"o\"}");
                assertThat(service.jsCode2SessionInfo("code").getOpenid()).isEqualTo("o");
                byte[] image = new byte[40_000];
                new Random(round).nextBytes(image);
                wechat.business().answer(request -> new MockResponse.Builder()
                        .body(new Buffer().write(image))
                        .setHeader("Content-Type", "image/jpeg")
                        .build());
                assertThat(service.getQrcodeService()
                                .createWxaCodeUnlimitBytes(
                                        "scene", "pages/index", false, "release", 430, false, null, false))
                        .isEqualTo(image);
                if (round == 0) {
                    rotate();
                } else {
                    kill();
                }
            }
        }
        assertSecretStaysInside();
    }

    private void answer(String json) {
        wechat.business().answer(request -> BusinessCalls.json(json));
    }

    private void everythingIsFetched() {
        server.callAs(Keys.bearer("shop"));
        server.getUntil("/token", answer -> answer.status() == 200);
        server.getUntil("/ticket?type=jsapi", answer -> answer.status() == 200);
    }

    /** Lets a planned refresh happen. */
    private void rotate() {
        String before = server.token();
        wechat.clock().advance(Duration.ofMinutes(111));
        server.getUntil(
                "/token",
                answer -> !answer.json().path("access_token").asString().equals(before));
    }

    private void kill() {
        wechat.clock().advance(Duration.ofSeconds(30));
        account.kill();
    }

    private String weChatsToken() {
        return server.token();
    }

    private File image() throws IOException {
        Path image = folder.resolve("image.jpg");
        byte[] bytes = new byte[10 << 20];
        new Random(1).nextBytes(bytes);
        return Files.write(image, bytes).toFile();
    }

    private void assertSecretStaysInside() {
        assertThat(wechat.business().executed()).isNotEmpty().allSatisfy(request -> assertThat(request.getTarget())
                .doesNotContain(KEY));
    }
}
