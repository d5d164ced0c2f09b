package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the tiers of the tests: a test with a tag that no profile runs would never run. */
class TiersTest {

    private static final Path PROJECT = Path.of(System.getProperty("basedir", ""));

    @Test
    void everyTagIsATierWithAProfileAndEveryTierIsInTheReadme() throws IOException {
        Set<String> tiers = found("<tier>([a-z]+)</tier>", "pom.xml");
        assertThat(tiers).isNotEmpty();
        assertThat(tags()).isEqualTo(tiers);
        tiers.add("verify");
        // The benchmark is a main class, not a test.
        tiers.add("benchmark");
        assertThat(found("(?m)^\\| `([a-z]+)` \\|.*`mvn ", "README.md")).isEqualTo(tiers);
        assertThat(found("(?m)^\\| `([a-z]+)` \\|.*`mvn ", "README.zh-CN.md")).isEqualTo(tiers);
    }

    private static Set<String> tags() throws IOException {
        Set<String> tags = new TreeSet<>();
        try (Stream<Path> files = Files.walk(PROJECT.resolve("src/test/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                // What is no literal is no tier either.
                tags.addAll(found("(?m)^\\s*(?:@\\w+ )*@Tags?\\(\"?([^)\"]*)", file.toString()));
            }
        }
        return tags;
    }

    private static Set<String> found(String pattern, String file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(PROJECT.resolve(file)))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
