package io.github.wxtoken.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the hints in both languages. */
final class HintsTest {

    private static final String SAW = "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 6b";

    private final Locale machine = Locale.getDefault();

    @AfterEach
    void speakAsBefore() {
        Locale.setDefault(machine);
    }

    static Set<String> keys() {
        return Hints.bundle(Locale.ROOT).keySet();
    }

    @Test
    void bothLanguagesHaveTheSame() {
        ResourceBundle chinese = Hints.bundle(Locale.CHINESE);
        // Compares the bundle's own entries: missing ones would fall back to the English bundle.
        assertThat(chinese.getLocale()).isEqualTo(Locale.CHINESE);
        assertThat(keys()).isNotEmpty().allSatisfy(key -> assertThat(text(key, Locale.CHINESE))
                .as(key)
                .containsPattern("\\p{IsHan}")
                .isNotEqualTo(text(key, Locale.ENGLISH)));
        assertThat(chinese.keySet()).isEqualTo(keys());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void nothingIsLeftToFillIn(String key) {
        for (Locale locale : Set.of(Locale.ENGLISH, Locale.CHINESE)) {
            for (String said : Set.of("whatever", SAW)) {
                assertThat(Hints.text(key, said, locale))
                        .doesNotContain("{", "}", "''", "null", "�")
                        .isNotEqualTo(key)
                        .hasSizeLessThan(400);
            }
        }
    }

    @Test
    void englishIsEnglishButForTheNamesOfWeChatsPages() {
        Stream.of("-1", "40013", "45009", "egress", "contested.classic", "89501")
                .forEach(key -> assertThat(text(key, Locale.ENGLISH)).doesNotContainPattern("\\p{IsHan}"));
        assertThat(text("contested.classic", Locale.ENGLISH)).contains("with the AppSecret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40164", "45035", "61004"})
    void theAddressIsTheOneThatWeChatSaw(String key) {
        assertThat(Hints.text(key, SAW, Locale.ENGLISH)).startsWith("Put 1.2.3.4 on the IP whitelist");
        assertThat(Hints.text(key, SAW, Locale.SIMPLIFIED_CHINESE)).startsWith("请将出口 IP（1.2.3.4）加入 API IP 白名单");
        assertThat(Hints.text(key, "invalid ip 2001:db8::1, not in whitelist", Locale.ENGLISH))
                .startsWith("Put 2001:db8::1 on");
        assertThat(Hints.text(key, "access clientip is not registered", Locale.ENGLISH))
                .startsWith("Put this server's outgoing IP address on");
        assertThat(Hints.text(key, "", Locale.CHINESE)).startsWith("请将出口 IP（本服务器访问公网所用的地址）加入");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40013", "40125", "61005", "61006", "61023", "61024"})
    void whatIsConfiguredIsNamedAndNeedsARestart(String key) {
        for (String account : Set.of("wxtoken.accounts.shop", "wxtoken.accounts[商城]", "wxtoken.accounts[My.$1]")) {
            assertThat(Hints.text(key, "", account, Locale.ENGLISH))
                    .containsPattern(Pattern.quote(account) + "\\.(appid|secret)")
                    .contains("restart wxtoken");
            assertThat(Hints.text(key, "", account, Locale.CHINESE))
                    .containsPattern(Pattern.quote(account) + "\\.(appid|secret)")
                    .contains("重启 wxtoken");
        }
        assertThat(text(key, Locale.ENGLISH)).containsPattern("wxtoken\\.accounts\\.<name>\\.(appid|secret)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40164", "40243", "89503"})
    void whatIsFixedAtWeChatNeedsNoRestart(String key) {
        assertThat(text(key, Locale.ENGLISH)).doesNotContain("restart wxtoken");
        assertThat(text(key, Locale.CHINESE)).doesNotContain("重启 wxtoken");
    }

    @Test
    void whatAnotherVersionHasWrittenIsShownAsItIs() {
        assertThat(text("Look {there}, it's $1.", Locale.CHINESE)).isEqualTo("Look {there}, it's $1.");
    }

    @Test
    void theMachinesOwnLanguageDoesNotMatter() {
        Locale.setDefault(Locale.SIMPLIFIED_CHINESE);
        ResourceBundle.clearCache(Hints.class.getClassLoader());
        assertThat(text("-1", Locale.ENGLISH)).isEqualTo("WeChat is busy; no action needed.");
        assertThat(text("-1", Locale.FRANCE)).isEqualTo("WeChat is busy; no action needed.");
        assertThat(text("-1", Locale.TRADITIONAL_CHINESE)).startsWith("微信系统繁忙");
    }

    @ParameterizedTest
    @EnumSource
    void eachApiHasItsWordsForSomebodyElse(Api api) {
        Account account = new Account("main", "wx1", api, Set.of(), 9);
        assertThat(Hints.contested(account, Locale.ENGLISH)).contains("AppSecret", "/cgi-bin/stable_token");
        assertThat(Hints.contested(account, Locale.CHINESE)).contains("请找到", "/cgi-bin/stable_token");
    }

    @ParameterizedTest
    @ValueSource(strings = {Hints.EGRESS, Hints.PROXY, Hints.TOKEN_FORM, Hints.ACCESS_TOKEN})
    void theNamedOnesAreThere(String key) {
        assertThat(keys()).contains(key);
    }

    @ParameterizedTest
    @EnumSource
    void eachProblemOfTheStoreHasItsRemedy(StoreProblem problem) {
        String key = Hints.storeKey(problem);
        assertThat(keys()).contains(key);
        assertThat(Hints.bundle(Locale.CHINESE).keySet()).contains(key);
        String english = Hints.store(problem, "", Locale.ENGLISH);
        assertThat(english).isEqualTo(text(key, Locale.ENGLISH)).doesNotContainPattern("\\p{IsHan}");
        assertThat(Hints.store(problem, "", Locale.CHINESE)).containsPattern("\\p{IsHan}");
        assertThat(Hints.store(problem, "6.0.5", Locale.ENGLISH)).isEqualTo(english + " [6.0.5]");
        assertThat(new TokenStoreException(problem, "6.0.5")).hasMessage(english + " [6.0.5]");
        assertThat(new TokenStoreException(problem)).hasMessage(english);
    }

    @Test
    void noRemedyIsForAProblemThatDoesNotExist() {
        assertThat(keys().stream().filter(key -> key.startsWith("store.")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(StoreProblem.values()).map(Hints::storeKey).toList());
    }

    private static String text(String key, Locale locale) {
        return Hints.text(key, "", locale);
    }
}
