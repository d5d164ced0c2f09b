package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests {@code config/prometheus/alerts.yml}: all metrics in it exist and each alert says what to do. */
class AlertsTest {

    private static final Path FOLDER = Telemetry.PROJECT.resolve(Path.of("config", "prometheus"));

    @Test
    void eachStandsOnMetricsThatThereAre() {
        assertThat(rules()).hasSizeGreaterThan(5).allSatisfy(rule -> assertThat(Telemetry.namesIn(text(rule, "/expr")))
                .isNotEmpty()
                .isSubsetOf(Telemetry.table().keySet()));
    }

    @Test
    void eachSaysWhatToDoAndHowUrgentItIs() {
        assertThat(rules()).allSatisfy(rule -> {
            assertThat(text(rule, "/labels/severity")).isIn("critical", "warning");
            assertThat(text(rule, "/annotations/summary")).isNotBlank();
            assertThat(text(rule, "/annotations/description")).isNotBlank();
            for (String annotation : List.of("summary", "description")) {
                String english = text(rule, "/annotations/" + annotation);
                String chinese = text(rule, "/annotations/" + annotation + "_zh");
                assertThat(chinese).containsPattern("\\p{IsHan}{2}");
                assertThat(labels(chinese)).isEqualTo(labels(english));
            }
            if (text(rule, "/expr").contains("account")) {
                assertThat(text(rule, "/annotations/description"))
                        .contains("{{ $labels.account }}")
                        // Without this label, where to look for the account.
                        .containsPattern(
                                "\\{\\{ (else|if not \\$labels\\.account) }}.*/actuator/tokens.*\\{\\{ end }}");
            }
        });
    }

    @Test
    void eachThatNamesAnAccountIsTestedWithAndWithoutOne() {
        List<JsonNode> expected = new ArrayList<>();
        for (JsonNode test : file("alerts_test.yml").path("tests")) {
            test.path("alert_rule_test").forEach(expected::add);
        }
        assertThat(rules())
                .filteredOn(rule -> text(rule, "/expr").contains("account"))
                .hasSizeGreaterThan(3)
                .allSatisfy(rule -> assertThat(expected)
                        .filteredOn(test -> text(test, "/alertname").equals(text(rule, "/alert")))
                        .filteredOn(test ->
                                test.at("/exp_alerts/0/exp_labels/severity").isString())
                        .extracting(test ->
                                test.at("/exp_alerts/0/exp_labels/account").isMissingNode())
                        .contains(true, false));
    }

    @Test
    void theDocumentNamesThemAll() {
        String document = Telemetry.read(Telemetry.DOCUMENT);
        assertThat(rules()).allSatisfy(rule -> assertThat(document).contains("`" + text(rule, "/alert") + "`"));
    }

    @Test
    void prometheusTakesThem() throws Exception {
        promtool("check", "rules", "alerts.yml");
    }

    @Test
    void eachFiresWhenItShouldAndOnlyThen() throws Exception {
        String tests = Telemetry.read(FOLDER.resolve("alerts_test.yml"));
        for (JsonNode rule : rules()) {
            String checks = "alertname: " + text(rule, "/alert") + "\n        eval_time: \\w+\n        exp_alerts:";
            assertThat(tests).containsPattern(checks + "\n").containsPattern(checks + " \\[]\n");
        }
        promtool("test", "rules", "alerts_test.yml");
    }

    /** Returns the labels and values that a template shows. */
    private static Set<String> labels(String template) {
        return Pattern.compile("\\$(labels\\.\\w+|value)")
                .matcher(template)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static List<JsonNode> rules() {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode group : file("alerts.yml").path("groups")) {
            group.path("rules").forEach(rules::add);
        }
        return rules;
    }

    private static JsonNode file(String name) {
        Map<String, Object> file = new Yaml().load(Telemetry.read(FOLDER.resolve(name)));
        return new JsonMapper().valueToTree(file);
    }

    private static String text(JsonNode rule, String pointer) {
        return rule.at(pointer).asString();
    }

    private static void promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        assumeTrue(found, "promtool is not on the PATH: on Debian, it is in the package prometheus");
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
