package io.github.wxtoken.clients;

import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Properties;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.error.WxRuntimeException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateMessage;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;

/**
 * A program that uses WxJava, for {@link WxJavaProcessTest}. It makes one call for each line of its input. It runs with
 * other versions of WxJava than the one that it is compiled with.
 *
 * <p>It must not load classes of the tests: they have the AppSecret.
 */
final class WxJavaProgram {

    private final WxMpService officialAccount = new WxMpServiceImpl();
    private final WxMaService miniProgram = new WxMaServiceImpl();
    private final File image;

    private WxJavaProgram(String relay, String appid, String key, String image) {
        WxMpDefaultConfigImpl mp = new WxMpDefaultConfigImpl();
        mp.setAppId(appid);
        mp.setSecret(key);
        mp.setHostConfig(WxMpHostConfig.builder().apiHost(relay).build());
        officialAccount.setWxMpConfigStorage(mp);
        WxMaDefaultConfigImpl ma = new WxMaDefaultConfigImpl();
        ma.setAppid(appid);
        ma.setSecret(key);
        ma.setApiHostUrl(relay);
        miniProgram.setWxMaConfig(ma);
        this.image = new File(image);
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        WxJavaProgram program = new WxJavaProgram(arguments[0], arguments[1], arguments[2], arguments[3]);
        // To show that a search of a heap dump finds other encodings as well.
        String wide = arguments[2] + "\u4ee4";
        char[] characters = arguments[2].toCharArray();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String result;
            try {
                result = program.call(line);
            } catch (WxErrorException | WxRuntimeException | IOException | GeneralSecurityException e) {
                result = "failed: " + e;
            }
            out.println("answer: " + result);
        }
        out.println(wide.length() + characters.length);
    }

    private String call(String line) throws WxErrorException, IOException, GeneralSecurityException {
        if (line.startsWith("dump ")) {
            // With the objects that are no longer reachable.
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpHeap(line.substring("dump ".length()), false);
            return "dumped";
        }
        return switch (line) {
            case "version" -> version();
            case "token" -> officialAccount.getAccessToken();
            case "template" ->
                officialAccount
                        .getTemplateMsgService()
                        .sendTemplateMsg(WxMpTemplateMessage.builder()
                                .toUser("o")
                                .templateId("t")
                                .build());
            case "upload" ->
                officialAccount.getMaterialService().mediaUpload("image", image).getMediaId();
            case "ma-upload" ->
                miniProgram.getMediaService().uploadMedia("image", image).getMediaId();
            case "download" ->
                sha256(Files.readAllBytes(
                        officialAccount.getMaterialService().mediaDownload("m").toPath()));
            case "ma-download" ->
                sha256(Files.readAllBytes(
                        miniProgram.getMediaService().getMedia("m").toPath()));
            case "code" ->
                sha256(miniProgram
                        .getQrcodeService()
                        .createWxaCodeUnlimitBytes("scene", "pages/index", false, "release", 430, false, null, false));
            case "session" -> miniProgram.jsCode2SessionInfo("code").getOpenid();
            case "login" ->
                officialAccount.getOAuth2Service().getAccessToken("code").getOpenId();
            case "ticket" -> officialAccount.getJsapiTicket(true);
            case "ma-ticket" -> miniProgram.getJsapiService().getJsapiTicket(true);
            default -> "failed: unknown call " + line;
        };
    }

    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = WxMpService.class.getResourceAsStream(
                "/META-INF/maven/com.github.binarywang/weixin-java-mp/pom.properties")) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }

    private static String sha256(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
