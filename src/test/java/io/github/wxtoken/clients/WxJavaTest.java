package io.github.wxtoken.clients;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import io.github.wxtoken.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.BasicResponseHandler;
import org.junit.jupiter.api.Test;

/** Tests the official-account and mini-program services of WxJava, with the caller's key instead of the AppSecret. */
final class WxJavaTest extends ClientTest {

    private static final String MESSAGE = "https://api.weixin.qq.com/cgi-bin/message/custom/send";

    @Test
    void theOfficialAccountServiceLivesOnTheServersTokens() throws WxErrorException {
        WxMpService service = officialAccount();
        assertThat(service.getAccessToken()).isEqualTo(current());
        assertThat(service.getCallbackIP()).isNotEmpty();

        rotate();
        assertThat(service.getCallbackIP()).isNotEmpty();
        assertThat(service.getAccessToken()).isEqualTo(current());

        kill();
        assertThat(service.getCallbackIP()).isNotEmpty();
        assertThat(service.getAccessToken()).isEqualTo(current());
        assertThat(wechat.journal().mints(APPID)).isEqualTo(3);
        assertThat(service.getWxMpConfigStorage().getSecret()).isEqualTo(KEY).isNotEqualTo(SECRET);
    }

    @Test
    void theMiniProgramServiceLivesOnTheServersTokens() throws WxErrorException {
        WxMaService service = miniProgram(false);
        assertThat(service.getAccessToken()).isEqualTo(current());
        assertThat(service.post(MESSAGE, "{}")).contains("ok");

        rotate();
        assertThat(service.post(MESSAGE, "{}")).contains("ok");
        assertThat(service.getAccessToken()).isEqualTo(current());

        kill();
        assertThat(service.post(MESSAGE, "{}")).contains("ok");
        assertThat(service.getAccessToken()).isEqualTo(current());
        assertThat(wechat.journal().mints(APPID)).isEqualTo(3);
        assertThat(service.getWxMaConfig().getSecret()).isEqualTo(KEY).isNotEqualTo(SECRET);
    }

    @Test
    void theStableCallOfTheMiniProgramServiceWorksAsWell() throws WxErrorException {
        WxMaService service = miniProgram(true);
        assertThat(service.post(MESSAGE, "{}")).contains("ok");
        kill();
        assertThat(service.post(MESSAGE, "{}")).contains("ok");
        // The SDK's forced refresh is only a report here.
        assertThat(service.getAccessToken(true)).isEqualTo(current());
        assertThat(wechat.journal().mints(APPID)).isEqualTo(2);
    }

    @Test
    void manyThatStartColdCauseOneMint() {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<CompletableFuture<String>> tokens = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return i % 2 == 0
                                        ? officialAccount().getAccessToken()
                                        : miniProgram(false).getAccessToken();
                            } catch (WxErrorException e) {
                                throw new AssertionError(e);
                            }
                        },
                        threads))
                .toList();
        // Collected first: there is no current token before the first of them has come.
        List<String> received = RunningServer.all(tokens).toList();
        assertThat(received).containsOnly(current());
        assertThat(wechat.journal().mints(APPID)).isEqualTo(1);
        threads.shutdown();
    }

    private WxMpService officialAccount() {
        WxMpDefaultConfigImpl config = new WxMpDefaultConfigImpl();
        config.setAppId(APPID);
        config.setSecret(KEY);
        // For the test only: the address of WeChat.
        config.setHostConfig(WxMpHostConfig.builder().apiHost(weChat()).build());
        WxMpService service = new OfficialAccountService(wxtoken());
        service.setWxMpConfigStorage(config);
        return service;
    }

    private WxMaService miniProgram(boolean stable) {
        WxMaDefaultConfigImpl config = new WxMaDefaultConfigImpl();
        config.setAppid(APPID);
        config.setSecret(KEY);
        config.useStableAccessToken(stable);
        config.setAccessTokenUrl(
                stable
                        ? wxtoken() + "/cgi-bin/stable_token"
                        : wxtoken() + "/cgi-bin/token?grant_type=client_credential&appid=%s&secret=%s");
        // For the test only: the address of WeChat.
        config.setApiHostUrl(weChat());
        WxMaService service = new WxMaServiceImpl();
        service.setWxMaConfig(config);
        return service;
    }

    /** The service as in the recipe. */
    private static final class OfficialAccountService extends WxMpServiceImpl {

        private final URI wxtoken;

        OfficialAccountService(URI wxtoken) {
            this.wxtoken = wxtoken;
        }

        @Override
        protected String doGetAccessTokenRequest() throws IOException {
            String url = wxtoken + "/cgi-bin/token?grant_type=client_credential&appid="
                    + getWxMpConfigStorage().getAppId() + "&secret="
                    + getWxMpConfigStorage().getSecret();
            return getRequestHttpClient().execute(new HttpGet(url), new BasicResponseHandler());
        }
    }
}
