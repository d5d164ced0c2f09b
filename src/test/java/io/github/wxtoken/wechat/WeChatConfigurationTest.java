package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests which configurations the package accepts and its messages about the others. */
class WeChatConfigurationTest {

    private static final String APPID = "wxtoken.accounts.main.appid=wx0123456789abcdef";
    private static final String SECRET = "wxtoken.accounts.main.secret=c0ffee00c0ffee00c0ffee00c0ffee00";

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withUserConfiguration(WeChatConfiguration.class)
            .withBean(InstantSource.class, InstantSource::system)
            .withBean(SimpleMeterRegistry.class)
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class));
    private final ApplicationContextRunner configured = application.withPropertyValues(APPID, SECRET);

    @Test
    void takesOneAccountAndDefaults() {
        configured.run(context -> {
            assertThat(context).hasSingleBean(TokenSource.class);
            assertThat(context.getBean(Accounts.class).all())
                    .containsExactly(new Account("main", "wx0123456789abcdef", Api.CLASSIC, Set.of(), 2000));
            assertThat(context.getBean(WeChatProperties.class))
                    .hasToString("WeChatProperties[hosts=[https://api.weixin.qq.com, https://api2.weixin.qq.com],"
                            + " connectTimeout=null, callTimeout=null, proxy=ProxyProperties[hidden],"
                            + " ssl=SslProperties[bundle=null]]");
        });
    }

    /** A section of a YAML file whose properties are all commented out is an empty text. */
    @Test
    void takesAnEmptySection() {
        configured
                .withPropertyValues("wxtoken.wechat.ssl=", "wxtoken.wechat.proxy=")
                .run(context -> assertThat(context).hasNotFailed());
    }

    /** A default must not contradict a property that is set. */
    @ParameterizedTest
    @CsvSource({
        "'', '', PT3S, PT10S",
        "2s, '', PT2S, PT2S",
        "100ms, '', PT0.1S, PT0.1S",
        "14s, '', PT3S, PT14S",
        "'', 5s, PT5S, PT10S",
        "'', 12s, PT12S, PT12S",
        "2s, 1s, PT1S, PT2S",
    })
    void aTimeoutThatIsNotSetFitsTheOther(String call, String connect, Duration connectLimit, Duration callLimit) {
        ApplicationContextRunner runner = configured;
        if (!call.isEmpty()) {
            runner = runner.withPropertyValues("wxtoken.wechat.call-timeout=" + call);
        }
        if (!connect.isEmpty()) {
            runner = runner.withPropertyValues("wxtoken.wechat.connect-timeout=" + connect);
        }
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            WeChatProperties properties = context.getBean(WeChatProperties.class);
            assertThat(properties.connectLimit()).isEqualTo(connectLimit);
            assertThat(properties.callLimit()).isEqualTo(callLimit);
        });
    }

    @Test
    void refusesTimeoutsThatContradictEachOther() {
        configured
                .withPropertyValues("wxtoken.wechat.connect-timeout=3s", "wxtoken.wechat.call-timeout=2s")
                .run(context -> assertThat(invalid(context.getStartupFailure()).getName())
                        .isEqualTo("wxtoken.wechat.connect-timeout"));
    }

    @Test
    void takesSeveralAccountsAsTheyAreNamed() {
        configured
                .withPropertyValues(
                        "wxtoken.accounts.shop-2.appid=gh_test-1",
                        "wxtoken.accounts.shop-2.secret=s",
                        "wxtoken.accounts.shop-2.daily-budget=200",
                        "wxtoken.accounts[My_Shop.3].appid=wx3",
                        "wxtoken.accounts[My_Shop.3].secret=s")
                .run(context -> assertThat(context.getBean(Accounts.class).all())
                        .containsExactlyInAnyOrder(
                                new Account("main", "wx0123456789abcdef", Api.CLASSIC, Set.of(), 2000),
                                new Account("shop-2", "gh_test-1", Api.CLASSIC, Set.of(), 200),
                                new Account("My_Shop.3", "wx3", Api.CLASSIC, Set.of(), 2000)));
    }

    @Test
    void takesAnAccountOfTheStableApiWithTickets() {
        configured
                .withPropertyValues("wxtoken.accounts.main.api=stable", "wxtoken.accounts.main.tickets=jsapi,wx_card")
                .run(context -> assertThat(context.getBean(Accounts.class).all())
                        .containsExactly(new Account(
                                "main",
                                "wx0123456789abcdef",
                                Api.STABLE,
                                Set.of(TokenKind.JSAPI_TICKET, TokenKind.CARD_TICKET),
                                500_000)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wxtoken.accounts.empty.appid= wxtoken.accounts.empty.secret=",
                "wxtoken.accounts.empty.appid=${NONE:} wxtoken.accounts.empty.secret=${NONE:}",
                "wxtoken.accounts.empty.appid= wxtoken.accounts.empty.secret= wxtoken.accounts.empty.api=stable",
            })
    void anAccountWithoutAppidAndSecretIsAbsentBesideAnother(String properties) {
        configured.withPropertyValues(properties.split(" ")).run(context -> {
            assertThat(context.getBean(Accounts.class).all())
                    .extracting(Account::name)
                    .containsExactly("main");
            assertThat(context.getBean(ConfiguredAccounts.class).note().lines())
                    .containsExactly("absent, since both AppID and secret are empty: empty");
        });
        configured.run(context -> assertThat(
                        context.getBean(ConfiguredAccounts.class).note().lines())
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wxtoken.accounts.half.appid= wxtoken.accounts.half.secret=s | The account has no AppID",
                "wxtoken.accounts.half.appid=wx2 wxtoken.accounts.half.secret= | The account has no AppSecret",
                "wxtoken.accounts.half.appid=${A} wxtoken.accounts.half.secret=${B} | ${A} is not set",
                "wxtoken.accounts.half.api=stable | The account has no AppID",
            })
    void anIncompleteAccountIsRefused(String properties, String reason) {
        configured.withPropertyValues(properties.split(" ")).run(context -> assertThat(
                        invalid(context.getStartupFailure()).getReason())
                .startsWith(reason));
    }

    @Test
    void refusesATicketThatIsNamedTwice() {
        configured
                .withPropertyValues("wxtoken.accounts.main.tickets=jsapi,jsapi")
                .run(context -> assertThat(invalid(context.getStartupFailure()).getReason())
                        .startsWith("This ticket type is listed twice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "http://127.0.0.1", "http://127.9.8.7:80/", "http://[::1]:8080"})
    void takesPlainHttpForLoopback(String host) {
        configured.withPropertyValues("wxtoken.wechat.hosts=" + host).run(context -> assertThat(context)
                .hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "accounts.main.appid | wx 1 | It is not a valid AppID",
                "accounts.main.appid | wx1#canary | It is not a valid AppID",
                "accounts.main.appid | '' | The account has no AppID",
                "accounts.main.appid | ${CANARY_APPID} | ${CANARY_APPID} is not set",
                "accounts.main.secret | canary canary | It is not a valid AppSecret",
                "accounts.main.secret | canary密 | It is not a valid AppSecret",
                "accounts.main.secret | '' | The account has no AppSecret",
                "accounts.main.secret | ${CANARY_SECRET} | ${CANARY_SECRET} is not set",
                "accounts.main.daily-budget | 0 | It must be at least 1",
                "accounts.main.daily-budget | -5 | It must be at least 1",
                "wechat.hosts | '' | Name at least one host",
                "wechat.hosts[0] | api.weixin.qq.com | It is not a valid URL",
                "wechat.hosts[0] | https:// | It is not a valid URL",
                "wechat.hosts[0] | https:/canary | It is not a valid URL",
                "wechat.hosts[0] | ftp://canary | It is not a valid URL",
                "wechat.hosts[0] | http://api.weixin.qq.com | It must begin with https://",
                "wechat.hosts[0] | http://127.0.0.1.canary.com | It must begin with https://",
                "wechat.hosts[0] | http://localhost.canary.com | It must begin with https://",
                "wechat.hosts[0] | https://canary:canary@api.weixin.qq.com | It must have no user",
                "wechat.hosts[0] | https://api.weixin.qq.com/canary | It must have no user, path",
                "wechat.hosts[0] | https://api.weixin.qq.com?canary | It must have no user, path, query",
                "wechat.hosts[0] | https://api.weixin.qq.com/#canary | It must have no user, path, query or fragment",
                "wechat.hosts[1] | http://canary.com | It must begin with https://",
                "accounts.main.api | canary | Use classic or stable",
                "accounts.main.tickets[0] | canary | Unknown ticket type",
                "accounts.main.daily-budget | 0 | WeChat allows 2000 such calls",
                "wechat.call-timeout | 0s | It must be at least 100ms",
                "wechat.call-timeout | -1s | It must be at least 100ms",
                "wechat.call-timeout | 14001ms | at most 14s",
                "wechat.ssl.bundle | canary | There is no SSL bundle of this name",
                "wechat.proxy.url | https://canary:3128 | TLS to the proxy itself is not supported",
                "wechat.proxy.url | socks5h://canary:1080 | SOCKS is not supported",
                "wechat.proxy.url | ftp://canary:3128 | It is not a valid URL",
                "wechat.proxy.url | can ary:3128 | It is not a valid URL",
                "wechat.proxy.url | http://:3128 | It is not a valid URL",
                "wechat.proxy.url | http://canary:99999 | It is not a valid URL",
                "wechat.proxy.url | http://ops:can#ary@proxy:3128 | Percent-encode special characters",
                "wechat.proxy.url | canary | The URL has no port",
                "wechat.proxy.url | http://ops:canary@proxy | The URL has no port",
                "wechat.proxy.url | http://proxy:3128/canary | must have no path, query or fragment",
                "wechat.proxy.url | ${CANARY_PROXY} | ${CANARY_PROXY} is not set",
                "wechat.proxy.url | http://can%3Aary:pw@proxy:3128 | must not contain a colon",
                "wechat.proxy.non-proxy-hosts[0] | https://canary | It is not a host name",
                "wechat.proxy.non-proxy-hosts[0] | 10.0.0.0/8 | It is not a host name",
                "wechat.connect-timeout | 0s | It must be at least 100ms",
                "wechat.connect-timeout | 15s | at most the call-timeout, which is at most 14s",
            })
    void refusesAWrongValueWithoutShowingIt(String property, String value, String reason) {
        String name = "wxtoken." + property;
        ApplicationContextRunner wrong = name.endsWith("hosts[1]")
                ? configured.withPropertyValues("wxtoken.wechat.hosts[0]=https://api.weixin.qq.com")
                : configured;

        wrong.withPropertyValues(name + "=" + value).run(context -> {
            assertThat(context).hasFailed();
            assertThat(invalid(context.getStartupFailure())).satisfies(invalid -> {
                assertThat(invalid.getName()).isEqualTo(name);
                assertThat(invalid.getValue()).isEqualTo("(not shown)");
                assertThat(invalid.getReason()).contains(reason);
                assertThat(invalid.getMessage()).doesNotContain("canary");
            });
        });
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "- | ops | canary | url | a user name or password is",
                "- | - | canary | url | a user name or password is",
                "http://proxy:3128 | - | canary | username | A password is set",
                "http://proxy:3128 | can:ary | pw | username | must not contain a colon",
                "http://proxy:3128 | ${CANARY_USER} | canary | username | ${CANARY_USER} is not set",
                "http://proxy:3128 | ops | ${CANARY_PASSWORD} | password | ${CANARY_PASSWORD} is not set",
                "http://ops:canary@proxy:3128 | ops | canary | url | It contains a user name",
            })
    void refusesAnIncompleteLogin(
            @Nullable String url, @Nullable String username, @Nullable String password, String named, String reason) {
        ApplicationContextRunner runner = configured;
        Map<String, @Nullable String> values = new TreeMap<>();
        values.put("url", url);
        values.put("username", username);
        values.put("password", password);
        for (var each : values.entrySet()) {
            if (each.getValue() != null) {
                runner = runner.withPropertyValues("wxtoken.wechat.proxy." + each.getKey() + "=" + each.getValue());
            }
        }
        runner.run(context -> assertThat(invalid(context.getStartupFailure())).satisfies(invalid -> {
            assertThat(invalid.getName()).isEqualTo("wxtoken.wechat.proxy." + named);
            assertThat(invalid.getReason()).contains(reason).doesNotContain("canary");
        }));
    }

    @Test
    void refusesASecondAccountOfTheSameAppid() {
        configured
                .withPropertyValues(
                        "wxtoken.accounts.shop.appid=wx0123456789abcdef", "wxtoken.accounts.shop.secret=another")
                .run(context -> assertThat(invalid(context.getStartupFailure()).getReason())
                        .matches("Account '(main|shop)' has the same AppID.*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;b", "a/b", "${X}"})
    void refusesANameThatCannotBeUsed(String name) {
        configured
                .withPropertyValues(
                        "wxtoken.accounts[" + name + "].appid=wx1", "wxtoken.accounts[" + name + "].secret=s")
                .run(context -> assertThat(invalid(context.getStartupFailure()).getReason())
                        .startsWith("The name '" + name + "' cannot be used."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wxtoken.accounts.main.secrett=canary",
                "wxtoken.accounts.main.secret.value=canary",
                "wxtoken.accounts.main.ticket=jsapi",
                "wxtoken.wechat.host=https://canary",
                "wxtoken.wechat.proxy.host=canary",
            })
    void refusesUnknownProperties(String property) {
        configured.withPropertyValues(property).run(context -> assertThat(context.getStartupFailure())
                .rootCause()
                .isInstanceOf(UnboundConfigurationPropertiesException.class)
                .hasMessageContaining(property.substring(0, property.indexOf('=')))
                .hasMessageNotContaining("canary"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wxtoken.accounts=",
                "wxtoken.accounts.main.daily-budget=100",
                "wxtoken.accounts.main.appid= wxtoken.accounts.main.secret=",
                "wxtoken.accounts.main.appid=${WECHAT_APPID} wxtoken.accounts.main.secret=${WECHAT_SECRET}",
                "wxtoken.accounts.main.appid=${WECHAT_APPID:} wxtoken.accounts.main.secret=${WECHAT_SECRET:}",
            })
    void knowsThatNoAccountIsConfigured(String properties) {
        String[] values = Stream.of(properties.split(" "))
                .filter(value -> !value.isEmpty())
                .toArray(String[]::new);

        application.withPropertyValues(values).run(context -> assertThat(context.getStartupFailure())
                .as(Arrays.toString(values))
                .rootCause()
                .isInstanceOf(NoAccountException.class));
    }

    private static InvalidConfigurationPropertyValueException invalid(@Nullable Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof InvalidConfigurationPropertyValueException invalid) {
                return invalid;
            }
        }
        throw new AssertionError("another failure", failure);
    }
}
