package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the types and methods named in {@code src/docs/design.md} exist, so that a rename reaches it. */
class DesignTest {

    private static final Path PROJECT = Path.of(System.getProperty("basedir", ""));

    /** A member of a type: {@code Type.method}. */
    private static final Pattern MEMBER = Pattern.compile("`([A-Z]\\w+)\\.([a-z]\\w+)`");

    @Test
    void everyMemberNamedInTheDesignExists() throws IOException {
        Map<String, String> sources = sources();
        List<String> unknown = new ArrayList<>();
        int members = 0;
        for (Matcher named = MEMBER.matcher(Files.readString(PROJECT.resolve("src/docs/design.md")));
                named.find();
                members++) {
            String source = sources.getOrDefault(named.group(1), "");
            if (!Pattern.compile("\\b" + named.group(2) + "\\b").matcher(source).find()) {
                unknown.add(named.group());
            }
        }
        assertThat(members).isGreaterThan(40);
        assertThat(unknown).isEmpty();
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(PROJECT.resolve("src"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }
}
