package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests that a failed start is explained in Chinese on a Chinese machine, and in English on any other. */
@ExtendWith(OutputCaptureExtension.class)
final class StartLanguageTest {

    private static final String CANARY = "c0ffee00canary00";

    private final Locale machine = Locale.getDefault();

    @TempDir
    private Path directory;

    @BeforeEach
    void speakChinese() {
        speak(Locale.SIMPLIFIED_CHINESE);
    }

    @AfterEach
    void speakAsBefore() {
        speak(machine);
    }

    private static void speak(Locale language) {
        Locale.setDefault(language);
        ResourceBundle.clearCache(StartLanguageTest.class.getClassLoader());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // A property of each package that has any.
                "--wxtoken.accounts.main.secret=c0ffee00 canary00 | wxtoken.accounts.main.secret | 不是有效的 AppSecret",
                "--wxtoken.accounts.main.appid=${c0ffee00canary00} | wxtoken.accounts.main.appid | ${c0ffee00canary00} 没有设置",
                "--wxtoken.accounts.main.tickets=jsapi,jsapi | wxtoken.accounts.main.tickets[1] | 此 ticket 类型重复列出",
                "--wxtoken.accounts.main.colour=red | wxtoken.accounts.main.colour | 没有这个配置项，是否拼写有误？",
                "--wxtoken.accounts.a.b.secret=red | wxtoken.accounts | 账号“a”没有这个配置项",
                "--wxtoken.accounts[a;b].appid=x | wxtoken.accounts | 不能使用名称“a;b”。名称须为",
                "--wxtoken.callers[a:b].key-sha256=x | wxtoken.callers | 表示名称结束。请将该调用方改名。",
                "--wxtoken.wechat.hosts=http://a.example | wxtoken.wechat.hosts[0] | 必须以 https:// 开头",
                "--wxtoken.wechat.proxy.url=socks5://a:1 | wxtoken.wechat.proxy.url | 不支持 SOCKS，只支持允许 CONNECT 的 HTTP 代理。请使用 http://proxy.example.com:3128 这样的形式。如不使用代理，请填写“direct”。",
                "--wxtoken.callers.shop.operator=true | wxtoken.callers.shop.key-sha256 | 此调用方没有密钥",
                "--wxtoken.callers.shop.key-sha256=c0ffee00canary00 | wxtoken.callers.shop.key-sha256[0] | 不是 SHA-256 摘要",
                "--wxtoken.refresh.lead=3h | wxtoken.refresh.lead | 必须在 1s 到 2h 之间",
                "--wxtoken.refresh.lead=c0ffee00canary00 | wxtoken.refresh.lead | 它的值应为时长，例如 30s、10m 或 2h。",
                "--wxtoken.refresh.colour=red | wxtoken.refresh.colour | 没有这个配置项，是否拼写有误？",
                "--wxtoken.metrics.max-account-tags=-1 | wxtoken.metrics.max-account-tags | 不能为负数",
                "--wxtoken.allowed-hosts=*.example | wxtoken.allowed-hosts[0] | 不是主机名",
                "--wxtoken.relay.max-body=0B | wxtoken.relay.max-body | 不能小于 1B",
                "--wxtoken.relay.max-body=c0ffee00canary00 | wxtoken.relay.max-body | 它的值应为大小，例如 512KB 或 32MB。",
                "--wxtoken.relay.call-timeout=11m | wxtoken.relay.call-timeout | 必须在 100ms 到 10m 之间",
                "--wxtoken.relay.in-flight=0 | wxtoken.relay.in-flight | 不能小于 1",
                "--wxtoken.relay.colour=red | wxtoken.relay.colour | 没有这个配置项，是否拼写有误？",
                "--wxtoken.colour=red | wxtoken.colour | 没有这个配置项，是否拼写有误？",
                // Those of Spring Boot.
                "--server.port=c0ffee00canary00 | server.port | 它的值应为整数",
                "--server.address=c0ffee00canary00.invalid | server.address | 它的值应为可以解析的主机名或 IP 地址",
                "--logging.structured.format.console=xml | logging.structured.format.console | 必须是其中之一：ecs、gelf、logstash。",
                "--wxtoken.refresh.lead=\"3m\" | wxtoken.refresh.lead | 值中带有引号",
            })
    void aWrongPropertyIsExplainedInChinese(String argument, String property, String reason, CapturedOutput output) {
        start(argument);

        assertThat(output)
                .contains("配置有误：", "    配置项：" + property, "    位置：　", "    原因：　", reason, "请改正配置。")
                .doesNotContain("Property:", "Where:", "Reason:", "Correct the");
        assertWithoutValue(output);
    }

    @Test
    void aWrongPathOfACallerIsExplainedInChinese(CapturedOutput output) {
        start(
                "--wxtoken.callers.shop.key-sha256=" + "0".repeat(64),
                "--wxtoken.callers.shop.relay=/wxa/" + CANARY + "?a=b");

        assertThat(output).contains("    配置项：wxtoken.callers.shop.relay[0]", "    原因：　不是微信接口的路径");
        assertWithoutValue(output);
    }

    @Test
    void anUnreadableFileIsExplainedInChinese(CapturedOutput output) throws IOException {
        Path file = Files.writeString(
                directory.resolve("application.yml"), "wxtoken:\n  refresh:\n\tlead: c0ffee00canary00\n");

        start("--spring.config.additional-location=file:" + file);

        assertThat(output).contains("无法读取配置文件：", "    文件：" + file + "，第 3 行第 1 列", "    原因：此行用制表符（Tab）缩进。", "请改正该文件。");
        assertWithoutValue(output);
    }

    @Test
    void aMissingAccountIsExplainedInChinese(CapturedOutput output) {
        run("--wxtoken.store=memory");

        assertThat(output)
                .contains("没有配置任何微信账号。", "请设置环境变量 WECHAT_APPID", "    wxtoken.accounts.main.appid: ${WECHAT_APPID}");
    }

    @Test
    void anUnguardedPortIsExplainedInChinese(CapturedOutput output) {
        start("--server.address=0.0.0.0");

        assertThat(output).contains("服务器将监听 0.0.0.0（配置项 server.address），但没有配置任何调用方", "请将 server.address 设为 127.0.0.1。");
    }

    @Test
    void aManagementPortWithoutAddressIsExplainedInChinese(CapturedOutput output) {
        start("--management.server.port=0");

        assertThat(output).contains("服务器将监听 所有地址（配置项 management.server.address）");
    }

    @Test
    void anyOtherFailureIsExplainedInChinese(CapturedOutput output) {
        start("--server.ssl.bundle=c0ffee00canary00");

        assertThat(output).contains("服务器无法启动。", "异常如下，最后一个是最初的原因：", "配置的值和异常信息可能含有机密");
        assertWithoutValue(output);
    }

    @Test
    void onAnyOtherMachineItIsExplainedInEnglish(CapturedOutput output) {
        speak(Locale.FRANCE);
        start("--wxtoken.refresh.lead=3h");

        assertThat(output)
                .contains("    Property: wxtoken.refresh.lead", "    Reason:   It must be between 1s and 2h.")
                .doesNotContain("配置");
    }

    private static void start(String... arguments) {
        String[] account = {
            "--wxtoken.accounts.main.appid=wx0123456789abcdef", "--wxtoken.accounts.main.secret=" + CANARY
        };
        run(Stream.of(account, arguments).flatMap(Stream::of).toArray(String[]::new));
    }

    private static void run(String... arguments) {
        assertThatThrownBy(() -> WxTokenApplication.main(arguments)).isNotNull();
    }

    private static void assertWithoutValue(CapturedOutput output) {
        // A placeholder is shown, its value is not.
        assertThat(output.getAll().replace("${" + CANARY + "}", "")).doesNotContain(CANARY);
    }
}
