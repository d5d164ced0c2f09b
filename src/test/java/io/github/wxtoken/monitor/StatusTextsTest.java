package io.github.wxtoken.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Hints;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the texts of the status page, as they are in its files. {@link StatusWordsTest} tests them in a browser. */
final class StatusTextsTest {

    private static final Pattern CAUSES = Pattern.compile("\\n  cause: \\{\\n(.*?)\\n  }", Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile("(\\w+): '((?:[^'\\\\]|\\\\.)+)'");

    /** Texts that name another client as the one that ended a token, without leaving a doubt. */
    private static final Pattern CLAIM = Pattern.compile(
            "^(?!.*\\bmay\\b).*(?:another|other|somebody) (?:client|else).*$|^(?!.*可能).*其他程序.*$",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(strings = {"en.js", "zh.js"})
    void eachCauseHasATitleOfItsOwn(String file) throws IOException {
        Matcher causes = CAUSES.matcher(text(file));
        assertThat(causes.find()).isTrue();
        TreeMap<String, String> titles = new TreeMap<>();
        ENTRY.matcher(causes.group(1)).results().forEach(entry -> titles.put(entry.group(1), entry.group(2)));
        Set<String> keys = new TreeSet<>(Set.of("store", "budget", "dead", "unknown", "contested", "failed"));
        keys.addAll(transportHints());
        assertThat(titles.keySet()).isEqualTo(keys);
        assertThat(titles.values()).doesNotHaveDuplicates();
    }

    /** Returns the keys of hints for failures without an errcode of WeChat: the title of others is the errcode. */
    private static Set<String> transportHints() {
        Set<String> keys = new TreeSet<>();
        for (Field field : Hints.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                try {
                    keys.add((String) field.get(null));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        assertThat(keys.remove(Hints.ACCESS_TOKEN)).as("has an errcode").isTrue();
        assertThat(keys).contains(Hints.EGRESS, Hints.FORWARD_PROXY, Hints.TOKEN_FORM);
        return keys;
    }

    @ParameterizedTest
    @ValueSource(strings = {"en.js", "zh.js"})
    void noTextClaimsWhoEndedAToken(String file) throws IOException {
        assertThat(CLAIM.matcher(text(file)).results().map(MatchResult::group)).isEmpty();
    }

    private static String text(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(StatusPage.class.getResourceAsStream("status/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
