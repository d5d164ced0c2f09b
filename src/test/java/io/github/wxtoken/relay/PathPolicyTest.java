package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which paths are relayed. */
final class PathPolicyTest {

    private static final List<String> PATTERNS = List.of(
            "/cgi-bin/message/**", "/wxa/getwxacode", "/cgi-bin/clear_quota/v2", "/cgi-bin/**", "/cv/img/qrcode");

    private final PathPolicy policy = new PathPolicy(PATTERNS);

    @Test
    void theFirstPatternThatMatchesIsNamed() {
        assertThat(policy.match("/cgi-bin/message/template/send")).isEqualTo("/cgi-bin/message/**");
        assertThat(policy.match("/cgi-bin/menu/create")).isEqualTo("/cgi-bin/**");
        assertThat(policy.match("/wxa/getwxacode")).isEqualTo("/wxa/getwxacode");
        assertThat(policy.match("/wxa/getwxacode/x")).isNull();
        assertThat(policy.match("/wxa/getwxacodex")).isNull();
        assertThat(policy.match("/cgi-binx/message")).isNull();
        assertThat(new PathPolicy(List.of("/**")).match("/wxa/x")).isEqualTo("/**");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/cgi-bin/clear_quota",
                "/cgi-bin/clear_quota/v3",
                "/cgi-bin/Clear_Quota",
                "/cgi-bin/openapi/quota/clear",
                "/cgi-bin/openapi/rid/get",
                "/cgi-bin/component/api_component_token"
            })
    void administrativePathsMustBeNamedLiterally(String path) {
        assertThat(policy.match(path)).isNull();
        assertThat(new PathPolicy(List.of("/**", path + "/**")).match(path)).isNull();
        assertThat(new PathPolicy(List.of("/**", path)).match(path)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "//",
                "cgi-bin/token",
                "/cgi-bin/",
                "/cgi-bin//token",
                "/cgi-bin/../token",
                "/..",
                "/cgi-bin/.",
                "/cgi-bin/token;x=1",
                "/cgi-bin/%2e%2e/token",
                "/cgi-bin%2ftoken",
                "/cgi-bin%5ctoken",
                "/cgi-bin\\token",
                "/cgi-bin/to\u0000ken",
                "/cgi-bin/to ken",
                "/cgi-bin/门店"
            })
    void otherSpellingsAreNoPaths(String path) {
        assertThat(PathPolicy.isPath(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/**", "/wxa/**", "/cgi-bin/message/template/send", "/v1.0/x"})
    void patternsArePathsOrEndInTwoStars(String pattern) {
        assertThat(PathPolicy.flaw(pattern)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "**",
                "/*",
                "/wxa/*",
                "/wxa/**/x",
                "wxa/**",
                "/wxa/",
                "/wxa/../x",
                "/wxa**",
                "/wx a",
                "/cgi-bin/clear_quota/**",
                "/cgi-bin/Component/**"
            })
    void otherPatternsAreWrong(String pattern) {
        assertThat(PathPolicy.flaw(pattern)).isNotNull();
    }

    /** Compares with a model that splits path and pattern into segments. */
    @Test
    void tenThousandPathsAreMatchedAsByTheModel() {
        Random random = new Random(21);
        int allowed = 0;
        for (int i = 0; i < 10_000; i++) {
            String path = randomPath(random);
            List<String> patterns = IntStream.range(0, 1 + random.nextInt(3))
                    .mapToObj(j -> random.nextInt(3) == 0 ? path : randomPattern(random))
                    .filter(pattern -> PathPolicy.flaw(pattern) == null)
                    .toList();
            if (!PathPolicy.isPath(path)) {
                continue;
            }
            String expected = patterns.stream()
                    .filter(pattern -> modelMatches(pattern, path))
                    .findFirst()
                    .orElse(null);
            assertThat(new PathPolicy(patterns).match(path))
                    .as("%s by %s", path, patterns)
                    .isEqualTo(expected);
            allowed += expected == null ? 0 : 1;
        }
        assertThat(allowed).isBetween(2_000, 9_000);
    }

    private static boolean modelMatches(String pattern, String path) {
        List<String> wanted = List.of(pattern.substring(1).split("/"));
        List<String> given = List.of(path.substring(1).split("/"));
        if (!wanted.get(wanted.size() - 1).equals("**")) {
            return wanted.equals(given);
        }
        boolean administrative = Stream.of(
                        "cgi-bin/clear_quota",
                        "cgi-bin/openapi/quota/clear",
                        "cgi-bin/openapi/rid",
                        "cgi-bin/component")
                .anyMatch(begin -> path.substring(1).regionMatches(true, 0, begin, 0, begin.length()));
        int shared = wanted.size() - 1;
        return !administrative
                && given.size() > shared
                && given.subList(0, shared).equals(wanted.subList(0, shared));
    }

    private static String randomPath(Random random) {
        List<String> words = List.of(
                "cgi-bin",
                "message",
                "wxa",
                "clear_quota",
                "Clear_quota",
                "component",
                "openapi",
                "quota",
                "clear",
                "v2",
                ".",
                "..",
                "a;b",
                "%2e",
                "");
        return IntStream.range(0, 1 + random.nextInt(4))
                .mapToObj(i -> words.get(random.nextInt(random.nextInt(4) == 0 ? words.size() : 10)))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static String randomPattern(Random random) {
        return randomPath(random) + (random.nextBoolean() ? "/**" : "");
    }

    @Test
    void thePathMayBeAsLongAsARequestLine() {
        for (String segment : List.of("/a", "/..a", "/" + "a".repeat(50))) {
            assertThat(PathPolicy.isPath(segment.repeat(8_000))).isTrue();
            assertThat(PathPolicy.isPath(segment.repeat(8_000) + "/")).isFalse();
            assertThat(PathPolicy.isPath(segment.repeat(4_000) + "/" + segment.repeat(4_000)))
                    .isFalse();
            assertThat(PathPolicy.isPath(segment.repeat(4_000) + "/.." + segment.repeat(4_000)))
                    .isFalse();
            assertThat(PathPolicy.isPath(segment.repeat(8_000) + "%")).isFalse();
            assertThat(PathPolicy.flaw(segment.repeat(8_000) + "/**")).isNull();
        }
    }
}
