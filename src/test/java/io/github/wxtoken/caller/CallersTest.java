package io.github.wxtoken.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Tests which callers the configuration defines and how they are found by their keys. */
final class CallersTest {

    private static final String FIRST = Keys.sha256("first");
    private static final String SECOND = Keys.sha256("second");

    private final Map<String, CallerProperties> properties = new LinkedHashMap<>();

    @Test
    void aCallerIsFoundByEachOfItsKeys() {
        add("shop", List.of(FIRST, SECOND.toUpperCase(Locale.ROOT)), null, false);
        Callers callers = new Callers(properties);

        assertThat(callers.find(null, Keys.of("first"))).hasToString("shop");
        assertThat(callers.find("shop", Keys.of("second"))).hasToString("shop");
        assertThat(callers.find("crm", Keys.of("first"))).isNull();
        assertThat(callers.find("", Keys.of("first"))).isNull();
        assertThat(callers.find(null, Keys.of("third"))).isNull();
        assertThat(callers.find(null, FIRST)).isNull();
        assertThat(callers.find(null, "")).isNull();
    }

    @Test
    void aCallerMayUseTheAccountsItWasGivenAndAllOfThemOtherwise() {
        add("shop", List.of(FIRST), List.of("main"), false);
        add("crm", List.of(SECOND), null, false);
        add("prometheus", List.of(Keys.sha256("third")), List.of(), true);
        Callers callers = new Callers(properties);

        assertThat(callers.all()).map(Caller::name).containsExactly("shop", "crm", "prometheus");
        assertThat(callers.all()).map(caller -> caller.mayUse("main")).containsExactly(true, true, false);
        assertThat(callers.all()).map(caller -> caller.mayUse("other")).containsExactly(false, true, false);
        assertThat(callers.all()).map(Caller::operator).containsExactly(false, false, true);
    }

    @Test
    void withoutCallersThereIsOneWhoStandsForAll() {
        Callers callers = new Callers(properties);

        assertThat(callers.isEmpty()).isTrue();
        assertThat(callers.all()).singleElement().satisfies(caller -> {
            assertThat(caller.mayUse("main")).isTrue();
            assertThat(caller.operator()).isTrue();
        });
        assertThat(callers.find(null, "")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "secret",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            })
    void whatIsNoDigestOfAKeyIsRefused(String digest) {
        add("shop", List.of(FIRST, digest), null, false);
        refused("wxtoken.callers.shop.key-sha256[1]", digest);
    }

    @Test
    void aKeyIsNeeded() {
        add("shop", List.of(), null, false);
        refused("wxtoken.callers.shop.key-sha256", null);
        add("shop", null, null, false);
        refused("wxtoken.callers.shop.key-sha256", null);
    }

    @Test
    void aKeyBelongsToOneCallerOnly() {
        add("shop", List.of(FIRST), null, false);
        add("crm", List.of(SECOND, FIRST.toUpperCase(Locale.ROOT)), null, false);
        refused("wxtoken.callers.crm.key-sha256[1]", FIRST);
        properties.clear();
        add("shop", List.of(FIRST, FIRST), null, false);
        refused("wxtoken.callers.shop.key-sha256[1]", FIRST);
    }

    @Test
    void aCallerWhoCouldDoNothingIsAMistake() {
        add("shop", List.of(FIRST), List.of(), false);
        refused("wxtoken.callers.shop.accounts", null);
    }

    @Test
    void anAccountHasToExist() {
        add("shop", List.of(FIRST), List.of("main", "typo"), false);
        Callers callers = new Callers(properties);
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> callers.requireAccounts(List.of("main", "other")))
                .satisfies(e -> {
                    assertThat(e.getName()).isEqualTo("wxtoken.callers.shop.accounts[1]");
                    assertThat(e.getReason()).endsWith("whose AppID and secret are both empty counts as absent.");
                });
        callers.requireAccounts(List.of("main", "typo"));
    }

    private void add(String name, @Nullable List<String> digests, @Nullable List<String> accounts, boolean operator) {
        properties.put(name, new CallerProperties(digests, accounts, List.of(), operator));
    }

    private void refused(String property, @Nullable String hidden) {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> new Callers(properties))
                .satisfies(e -> {
                    assertThat(e.getName()).isEqualTo(property);
                    assertThat(e.getValue()).isNull();
                    if (hidden != null && !hidden.isBlank()) {
                        assertThat(e.getMessage()).doesNotContain(hidden);
                    }
                });
    }
}
