package io.github.wxtoken.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.core.env.Environment;

/** Tests that accounts and callers have exactly the names that each property source gives them. */
class NamedPropertiesTest {

    /** Lists and numbers of an account, with all its properties. */
    record Bound(
            @Nullable String appid,
            @Nullable String secret,
            @Nullable String api,
            @Nullable List<String> tickets,
            @Nullable Integer dailyBudget) {}

    record BoundCaller(@Nullable List<String> keySha256, @Nullable List<String> accounts, @Nullable Boolean operator) {}

    /** A name that the locale of the process cannot represent has lost its characters: two could become one. */
    @Test
    void namesThatWereLostAreRefused() {
        Environment environment = Environments.with()
                .arguments("--wxtoken.callers.\uFFFD\uFFFD1.operator=true")
                .build();
        assertThatExceptionOfType(WrongNameException.class)
                .isThrownBy(() -> NamedProperties.CALLERS.bind(environment, BoundCaller.class))
                .satisfies(e -> assertThat(e.getReason()).contains("Set LC_ALL to C.UTF-8"));
    }

    /** The properties are repeated by hand, because the records belong to other packages. */
    @ParameterizedTest
    @CsvSource({"wechat.AccountProperties, accounts", "caller.CallerProperties, callers"})
    void thePropertiesAreThoseOfTheRecord(String record, String names) throws ClassNotFoundException {
        NamedProperties named = names.equals("accounts") ? NamedProperties.ACCOUNTS : NamedProperties.CALLERS;
        assertThat(Class.forName("io.github.wxtoken." + record).getRecordComponents())
                .extracting(component ->
                        component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .containsExactlyInAnyOrderElementsOf(named.properties());
    }

    /** The property sources that keep a name as it is written. */
    enum Source {
        YAML,
        BRACKETED_YAML,
        PROPERTIES,
        ARGUMENT,
        SYSTEM_PROPERTY,
        CONFIG_TREE,
        JSON,
        VARIABLE_WITH_DOTS;

        Environment with(Path directory, String name, String value) {
            String property = "wxtoken.accounts." + name + ".appid";
            return switch (this) {
                case YAML ->
                    Environments.with()
                            .yaml("wxtoken:\n  accounts:\n    \"" + escaped(name) + "\":\n      appid: " + value)
                            .build();
                case BRACKETED_YAML ->
                    Environments.with()
                            .yaml("wxtoken:\n  accounts:\n    \"[" + escaped(name) + "]\":\n      appid: " + value)
                            .build();
                case PROPERTIES ->
                    Environments.with()
                            .properties(inAscii(property) + "=" + value)
                            .build();
                case ARGUMENT ->
                    Environments.with().arguments("--" + property + "=" + value).build();
                case SYSTEM_PROPERTY ->
                    Environments.with()
                            .systemProperties(Map.of(property, value))
                            .build();
                case CONFIG_TREE -> {
                    Charset files = Charset.forName(System.getProperty("sun.jnu.encoding"));
                    assumeTrue(files.newEncoder().canEncode(property), "the locale has no such file names");
                    try {
                        Files.writeString(directory.resolve(property), value);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    yield Environments.with().configTree(directory).build();
                }
                case JSON ->
                    Environments.with()
                            .variables(Map.of(
                                    "SPRING_APPLICATION_JSON",
                                    "{\"wxtoken\":{\"accounts\":{\"" + escaped(name) + "\":{\"appid\":\"" + value
                                            + "\"}}}}"))
                            .build();
                case VARIABLE_WITH_DOTS ->
                    Environments.with().variables(Map.of(property, value)).build();
            };
        }

        private static String inAscii(String name) {
            return name.chars()
                    .mapToObj(c -> (Character.isLetterOrDigit(c) && c < 128) || c == '.'
                            ? "" + (char) c
                            : "\\u%04x".formatted(c))
                    .collect(Collectors.joining());
        }

        private static String escaped(String name) {
            return name.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyNameIsTakenAsItIs(Source source, @TempDir Path directory) {
        for (String name : List.of("商城A", "shop", "shop-a", "My_Shop", "A", "1", "shop 1", "店 é", "a@b+c", "名:1")) {
            Path own = directory.resolve(String.valueOf(name.hashCode()));
            assertThat(own.toFile().mkdir()).isTrue();
            assertThat(accounts(source.with(own, name, "wx1")))
                    .as(name)
                    .containsOnlyKeys(name)
                    .extractingByKey(name)
                    .extracting(Bound::appid)
                    .isEqualTo("wx1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatCannotWorkIsRefusedWithTheRule(Source source, @TempDir Path directory) {
        for (String name :
                List.of("shop/1", "a\\b", "a;b", "100%", "a,b", " ", " a", "a\u3000", "", "a\tb", "a\u202eb")) {
            if (source == Source.CONFIG_TREE && name.contains("/")) {
                continue;
            }
            Path own = directory.resolve(String.valueOf(name.hashCode()));
            assertThat(own.toFile().mkdir()).isTrue();
            refused(source.with(own, name, "wx1"), "The name '" + SafeText.distinctLine(name) + "' cannot be used.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[.]", "[..]", "[a[b]]", "a[b]c", "[{x}]", "${X}"})
    void dotsAloneAndBracketsAreRefused(String name) {
        refused(
                Environments.with()
                        .systemProperties(Map.of("wxtoken.accounts." + name + ".appid", "wx1"))
                        .build(),
                "A name has 1 to 64 characters");
    }

    @Test
    void aNameHasAtMost64Characters() {
        String emoji = "\ud83d\udc31".repeat(64);
        assertThat(accounts(yaml("wxtoken.accounts." + emoji + ".appid: wx1"))).containsOnlyKeys(emoji);
        refused(yaml("wxtoken.accounts." + "店".repeat(65) + ".appid: wx1"), "A name has 1 to 64 characters");
    }

    /** Java reads these files as ISO-8859-1, which makes other characters of each UTF-8 sequence. */
    @ParameterizedTest
    @ValueSource(strings = {"商城A", "é", "ñandú"})
    void aFileOfPropertiesInUtf8IsRefused(String name) {
        refused(
                Environments.with()
                        .properties("wxtoken.accounts." + name + ".appid=wx1")
                        .build(),
                "in UTF-8, but a .properties file is read as ISO-8859-1");
    }

    @Test
    void onlyACallersNameMustHaveNoColon() {
        assertThatExceptionOfType(WrongNameException.class)
                .isThrownBy(() -> callers(yaml("wxtoken.callers: {\"a:b\": {operator: true}}")))
                .satisfies(e -> assertThat(e.getReason()).contains("'a:b'", "HTTP Basic"));
    }

    @Test
    void aNameWithADotNeedsBrackets() {
        refused(yaml("wxtoken.accounts: {shop.a: {appid: wx1}}"), "A name with a dot must be in brackets");
        assertThat(accounts(yaml("wxtoken.accounts: {\"[shop.a]\": {appid: wx1}}")))
                .containsOnlyKeys("shop.a");
    }

    @ParameterizedTest
    @CsvSource({"商城A, 门店A", "shop-a, shopa", "shop_a, shop-a", "Shop, shop", "shop 1, shop1", "é, e", "1, 01"})
    void twoNamesThatDifferNeverMerge(String one, String other) {
        Environment environment = yaml(
                """
                wxtoken:
                  accounts:
                    %s: {appid: wx1, secret: s1}
                    %s: {appid: wx2, secret: s2}
                """
                        .formatted(one.equals("1") ? "\"1\"" : one, other.equals("01") ? "\"01\"" : other));

        assertThat(accounts(environment))
                .containsOnlyKeys(one, other)
                .containsEntry(one, new Bound("wx1", "s1", null, null, null))
                .containsEntry(other, new Bound("wx2", "s2", null, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "shop-a, SHOPA", "shop-a, SHOP_A", "My_Shop, MY_SHOP", "My_Shop, MYSHOP", "SHOP, SHOP", "shop.a, SHOP_A",
        "shop.a, SHOPA", "shop 1, SHOP_1", "api, API", "my-tickets, MY_TICKETS", "商城a, 商城A", "a, a",
    })
    void aVariableOverridesTheNameWithItsLettersAndDigits(String name, String part) {
        Environment environment = Environments.with()
                .yaml("wxtoken: {accounts: {\"[" + name + "]\": {appid: wx1, secret: s1, daily-budget: 1}}}")
                .variables(Map.of(
                        "WXTOKEN_ACCOUNTS_" + part + "_SECRET", "s2",
                        "WXTOKEN_ACCOUNTS_" + part + "_DAILYBUDGET", "7",
                        "WXTOKEN_ACCOUNTS_" + part + "_TICKETS_0", "jsapi"))
                .build();

        assertThat(accounts(environment))
                .containsExactly(Map.entry(name, new Bound("wx1", "s2", null, List.of("jsapi"), 7)));
    }

    @Test
    void aVariableThatFitsTwoNamesIsRefusedWithBoth() {
        Environments environment =
                Environments.with().yaml("wxtoken: {accounts: {shop-a: {appid: wx1}, shop_a: {appid: wx2}}}");
        for (String part : List.of("SHOPA", "SHOP_A")) {
            environment.variables(Map.of("WXTOKEN_ACCOUNTS_" + part + "_SECRET", "s"));
            assertThatExceptionOfType(WrongNameException.class)
                    .isThrownBy(() -> accounts(environment.build()))
                    .satisfies(e -> {
                        assertThat(e.getReason()).contains("'shop-a', 'shop_a'");
                        assertThat(String.valueOf(e.getOrigin())).contains("WXTOKEN_ACCOUNTS_" + part + "_SECRET");
                    });
        }
    }

    @Test
    void aVariableThatFitsNoNameMakesOneInLowerCase() {
        Environment environment = Environments.with()
                .yaml("wxtoken: {accounts: {商城A: {appid: wx1}}, callers: {}}")
                .variables(Map.of(
                        "WXTOKEN_ACCOUNTS_A_APPID", "wx2",
                        "WXTOKEN_ACCOUNTS_SHOP_B_DAILY_BUDGET", "5",
                        "WXTOKEN_CALLERS_PROMETHEUS_KEY_SHA256", "x,y",
                        "WXTOKEN_CALLERS_PROMETHEUS_ACCOUNTS", ""))
                .build();

        assertThat(accounts(environment))
                .containsOnlyKeys("商城A", "a", "shop_b")
                .containsEntry("shop_b", new Bound(null, null, null, null, 5));
        assertThat(callers(environment))
                .containsExactly(Map.entry("prometheus", new BoundCaller(List.of("x", "y"), List.of(), null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"WXTOKEN_ACCOUNTS_PORT", "WXTOKEN_ACCOUNTS_SERVICE_HOST", "WXTOKEN_ACCOUNTS", "PATH"})
    void variablesOfOtherProgramsAreIgnored(String variable) {
        assertThat(accounts(Environments.with().variables(Map.of(variable, "x")).build()))
                .isEmpty();
    }

    @Test
    void twoSpellingsOfOnePropertyAreRefused() {
        Environments environment = Environments.with()
                .yaml("wxtoken: {accounts: {shop-a: {appid: wx1}}}")
                .variables(Map.of("WXTOKEN_ACCOUNTS_SHOPA_SECRET", "canary1", "WXTOKEN_ACCOUNTS_SHOP_A_SECRET", "b"));

        assertThatExceptionOfType(WrongNameException.class)
                .isThrownBy(() -> accounts(environment.build()))
                .satisfies(e -> {
                    assertThat(e.getName()).isEqualTo("wxtoken.accounts[shop-a].secret");
                    assertThat(e.getReason() + e.getOrigin())
                            .contains("WXTOKEN_ACCOUNTS_SHOPA_SECRET", "WXTOKEN_ACCOUNTS_SHOP_A_SECRET")
                            .doesNotContain("canary1");
                });
    }

    /** The precedence between sources, placeholders, lists and conversions are the Binder's. */
    @Test
    void theBinderDoesTheRest() {
        Environment environment = Environments.with()
                .yaml(
                        """
                        wxtoken:
                          callers:
                            前台1: {key-sha256: [a, b], accounts: [main, 商城A]}
                            监控1: {keySha256: "${DIGEST}", accounts: []}
                        """)
                .variables(Map.of("DIGEST", "d"))
                .arguments("--wxtoken.callers.前台1.key-sha256=c", "--wxtoken.callers.监控1.operator=yes")
                .build();

        assertThat(callers(environment))
                .containsEntry("前台1", new BoundCaller(List.of("c"), List.of("main", "商城A"), null))
                .containsEntry("监控1", new BoundCaller(List.of("d"), List.of(), true));
    }

    @Test
    void anUnknownPropertyIsRefused() {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> accounts(yaml("wxtoken.accounts.商城A.secrett: canary")))
                .havingCause()
                .isInstanceOf(UnboundConfigurationPropertiesException.class)
                .withMessageContaining("wxtoken.accounts[商城A].secrett");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wxtoken.accounts.商城A: canary", "wxtoken.accounts.main: canary"})
    void aValueInThePlaceOfANameIsRefused(String line) {
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> accounts(yaml(line)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wxtoken.accounts: canary", "wxtoken: {accounts: 1}"})
    void aValueInThePlaceOfAllNamesIsRefused(String line) {
        refused(yaml(line), "It has a value.");
        assertThat(accounts(yaml("wxtoken: {accounts: {}}"))).isEmpty();
        assertThat(accounts(yaml("wxtoken: {accounts: }"))).isEmpty();
    }

    @Test
    void theEnvironmentStaysAsItIs() {
        var environment = Environments.with()
                .yaml("wxtoken.accounts.商城A.appid: wx1")
                .variables(Map.of("WXTOKEN_ACCOUNTS_B_APPID", "wx2"))
                .build();
        List<?> before = environment.getPropertySources().stream().toList();

        assertThat(accounts(environment)).hasSize(2);

        assertThat(environment.getPropertySources().stream().toList()).isEqualTo(before);
    }

    private static Environment yaml(String text) {
        return Environments.with().yaml(text).build();
    }

    private static Map<String, Bound> accounts(Environment environment) {
        return NamedProperties.ACCOUNTS.bind(environment, Bound.class);
    }

    private static Map<String, BoundCaller> callers(Environment environment) {
        return NamedProperties.CALLERS.bind(environment, BoundCaller.class);
    }

    private static void refused(Environment environment, String reason) {
        assertThatExceptionOfType(WrongNameException.class)
                .isThrownBy(() -> accounts(environment))
                .satisfies(e -> {
                    assertThat(e.getName()).isEqualTo("wxtoken.accounts");
                    assertThat(e.getReason()).contains(reason);
                    assertThat(e.getOrigin()).isNotNull();
                });
    }
}
