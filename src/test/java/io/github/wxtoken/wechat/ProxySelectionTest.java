package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Tests which proxy applies: the property, Java's system properties, the environment, and the hosts they exclude. */
final class ProxySelectionTest {

    private static final String API = "https://api.weixin.qq.com";
    private static final String API2 = "https://api2.weixin.qq.com";
    private static final String ENVIRONMENT = "HTTPS_PROXY=http://ops:canary@env:3128";

    @ParameterizedTest(name = "property {0}, environment {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "-, '', ''",
                "-, HTTPS_PROXY=http://env:3128, env:3128",
                "-, https_proxy=env:3128/, env:3128",
                "-, https_proxy=http://lower:1 HTTPS_PROXY=http://upper:2, lower:1",
                "-, https_proxy= HTTPS_PROXY=http://upper:2, upper:2",
                "-, ALL_PROXY=http://all:1, all:1",
                "-, all_proxy=http://all:1 HTTPS_PROXY=http://https:2, https:2",
                "-, HTTP_PROXY=http://plain:1, ''",
                "http://own:3128, HTTPS_PROXY=http://env:3128, own:3128",
                "'http://[::1]:3128', '', '[::1]:3128'",
                "http://own:3128, HTTPS_PROXY=http://env:3128 NO_PROXY=*, own:3128",
                "http://own:3128, HTTPS_PROXY=ftp://wrong, own:3128",
                "direct, HTTPS_PROXY=http://env:3128, ''",
                "direct, HTTPS_PROXY=ftp://wrong, ''",
            })
    void thePropertyComesBeforeTheEnvironment(@Nullable String url, String environment, String selected) {
        ForwardProxy proxy = proxy(properties(url), environment, API);

        assertThat(selected(proxy, API)).isEqualTo(selected);
    }

    /** Nothing else reads Java's properties in this test: they are global. */
    @Test
    void javasSystemPropertiesComeBetween() {
        System.setProperty("https.proxyHost", "java");
        System.setProperty("https.proxyPort", "8");
        System.setProperty("http.nonProxyHosts", "api2.*");
        try {
            ForwardProxy proxy = ForwardProxy.of(
                    wechat(properties(null), API, API2),
                    Map.of("HTTPS_PROXY", "http://env:3128"),
                    Map.of("https.proxyHost", "java"));
            assertThat(selected(proxy, API)).isEqualTo("java:8");
            assertThat(selected(proxy, API2)).isEmpty();
            assertThat(proxy.note(wechat(properties(null), API, API2).urls()))
                    .containsExactly("through the proxy java:8, from Java's system properties, except for"
                            + " api2.weixin.qq.com");
            ForwardProxy own = ForwardProxy.of(
                    wechat(properties("http://own:3128"), API), Map.of(), Map.of("https.proxyHost", "java"));
            assertThat(selected(own, API)).isEqualTo("own:3128");
            ForwardProxy direct =
                    ForwardProxy.of(wechat(properties("direct"), API), Map.of(), Map.of("https.proxyHost", "java"));
            assertThat(selected(direct, API)).isEmpty();
        } finally {
            System.clearProperty("https.proxyHost");
            System.clearProperty("https.proxyPort");
            System.clearProperty("http.nonProxyHosts");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "qq.com",
                ".qq.com",
                "*.qq.com",
                "API.weixin.QQ.com",
                "api.weixin.qq.com:443",
                "localhost,10.0.0.0/8,qq.com",
                "localhost qq.com",
                " , qq.com,,",
                "http://x,qq.com",
            })
    void noProxyExcludesHosts(String excluded) {
        ForwardProxy proxy = ForwardProxy.of(
                wechat(properties(null), API),
                Map.of("HTTPS_PROXY", "http://env:3128", "NO_PROXY", excluded),
                Map.of());

        assertThat(selected(proxy, API)).isEmpty();
        assertThat(proxy.note(wechat(properties(null), API).urls())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"q.com", "weixin", "xapi.weixin.qq.com", "api.weixin.qq.com:8443", "10.0.0.0/8", ",", "x*"})
    void noProxyExcludesNoOthers(String excluded) {
        ForwardProxy proxy = ForwardProxy.of(
                wechat(properties(null), API),
                Map.of("HTTPS_PROXY", "http://env:3128", "no_proxy", excluded),
                Map.of());

        assertThat(selected(proxy, API)).isEqualTo("env:3128");
    }

    @ParameterizedTest
    @CsvSource({"http://own:3128, ''", "-, HTTPS_PROXY=http://env:3128"})
    void thePropertyExcludesHostsWhateverNamesTheProxy(String url, String environment) {
        ProxyProperties properties =
                new ProxyProperties(url.equals("-") ? null : url, null, null, List.of("api2.weixin.qq.com"));
        ForwardProxy proxy = proxy(properties, environment, API, API2);

        assertThat(selected(proxy, API)).endsWith(":3128");
        assertThat(selected(proxy, API2)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://localhost:9443", "https://127.0.0.1:9443", "https://[::1]:9443"})
    void theEnvironmentDoesNotApplyToLoopback(String host) {
        assertThat(selected(proxy(properties(null), ENVIRONMENT, host, API), host))
                .isEmpty();
        assertThat(selected(proxy(properties("http://own:3128"), "", host), host))
                .isEqualTo("own:3128");
    }

    @Test
    void aWrongVariableIsNoMatterWhereOnlyLoopbackIsCalled() {
        assertThat(selected(proxy(properties(null), "HTTPS_PROXY=ftp://wrong", "http://localhost:9080"), API))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "HTTPS_PROXY, https://canary:3128, TLS to the proxy itself is not supported",
        "https_proxy, http://ops:canary@proxy, The URL has no port",
        "https_proxy, http://ops:can#ary@proxy:3128, It is not a valid URL",
        "ALL_PROXY, socks5://canary:1080, SOCKS is not supported",
    })
    void aWrongVariableIsNamedWithTheRemedyButNotItsValue(String variable, String value, String reason) {
        assertThatThrownBy(() -> proxy(properties(null), variable + "=" + value, API))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, e -> assertThat(e.getName())
                        .isEqualTo("wxtoken.wechat.proxy.url"))
                .hasMessageContaining("the environment variable " + variable + " applies")
                .hasMessageContaining(reason)
                .hasMessageContaining("'direct' means no proxy")
                .hasMessageNotContaining("canary");
    }

    @Test
    void theNoteNamesProxyAndVariableWithoutTheLogin() {
        WeChatProperties wechat = wechat(properties(null), API, API2);

        assertThat(wechat.note(proxy(properties(null), ENVIRONMENT, API, API2)).lines())
                .last()
                .isEqualTo("through the proxy env:3128, from the environment variable HTTPS_PROXY");
        assertThat(wechat.note(proxy(properties("http://ops:canary@own:3128"), ENVIRONMENT, API, API2))
                        .lines())
                .last()
                .isEqualTo("through the proxy own:3128");
    }

    @Test
    void nothingShowsTheLogin() {
        ProxyProperties properties = new ProxyProperties("http://ops:canary@own:3128", "canary", "canary", List.of());
        assertThat(List.of(
                        properties.toString(),
                        wechat(properties, API).toString(),
                        ProxyAddress.parse(
                                        "ops:canary@own:3128", reason -> new IllegalStateException(reason.toString()))
                                .toString()))
                .noneMatch(text -> text.contains("canary") || text.contains("b3Bz"));
    }

    private static ForwardProxy proxy(ProxyProperties properties, String environment, String... hosts) {
        Map<String, String> variables = Stream.of(environment.split(" "))
                .filter(each -> !each.isEmpty())
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));
        return ForwardProxy.of(wechat(properties, hosts), variables, Map.of());
    }

    private static WeChatProperties wechat(ProxyProperties properties, String... hosts) {
        return new WeChatProperties(Arrays.asList(hosts), null, null, properties, new SslProperties(null));
    }

    private static ProxyProperties properties(@Nullable String url) {
        return new ProxyProperties(url, null, null, List.of());
    }

    private static String selected(ForwardProxy proxy, String host) {
        return ForwardProxy.name(proxy.select(URI.create(host)).get(0));
    }
}
