package io.github.wxtoken;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the messages of each package are complete in both languages, and that its sources use exactly these. The
 * sources are read as text: a key is a string literal.
 */
final class MessagesTest {

    private static final Path SOURCES = Path.of(System.getProperty("basedir", ""), "src/main/java/io/github/wxtoken");
    private static final Path RESOURCES =
            Path.of(System.getProperty("basedir", ""), "src/main/resources/io/github/wxtoken");
    private static final String ENGLISH = "messages.properties";
    private static final String CHINESE = "messages_zh.properties";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d+}");
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z0-9_]+)*");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");

    /** A message whose key is written at the call. */
    private static final Pattern CALL =
            Pattern.compile("\\b(?:Message\\.of\\(\\s*\\w+\\.class,|(?<!\\.)message\\()\\s*\"");

    static List<Path> packages() throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files.filter(file -> file.endsWith(ENGLISH) || file.endsWith(CHINESE))
                    .map(file -> RESOURCES.relativize(file.getParent()))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("packages")
    void bothLanguagesHaveTheSameEntriesAndPlaceholders(Path name) throws IOException {
        assertThat(placeholders(name, CHINESE)).isEqualTo(placeholders(name, ENGLISH));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void eachEntryIsInItsLanguage(Path name) throws IOException {
        entries(name, CHINESE).forEach((key, text) -> assertThat(text)
                .as(key)
                .containsPattern("\\p{IsHan}")
                .doesNotContain("凭证", "''", "\uFFFD")
                .doesNotContainPattern("\\p{IsHan}[,;?!]|[，。：；] "));
        entries(name, ENGLISH)
                .forEach((key, text) ->
                        assertThat(text).as(key).doesNotContain("''").doesNotContainPattern("[^\\p{ASCII}]"));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void theSourcesUseExactlyTheseKeys(Path name) throws IOException {
        Set<String> keys = entries(name, ENGLISH).keySet();
        Set<String> groups = keys.stream()
                .filter(key -> key.contains("."))
                .map(MessagesTest::group)
                .collect(toSet());
        Set<String> used = literals(source(name)).stream()
                .filter(text -> keys.contains(text) || (text.contains(".") && groups.contains(group(text))))
                .filter(text -> KEY.matcher(text).matches())
                .collect(toCollection(TreeSet::new));
        assertThat(used).isEqualTo(keys);
    }

    @Test
    void eachCallHasTheArgumentsOfItsMessage() throws IOException {
        int found = 0;
        for (Path name : packages()) {
            Map<String, Set<String>> placeholders = placeholders(name, ENGLISH);
            String source = source(name);
            for (MatchResult call : CALL.matcher(source).results().toList()) {
                List<String> arguments = arguments(source, call.end() - 1);
                String key = arguments.get(0).replace("\"", "");
                // The key may be an expression; theSourcesUseExactlyTheseKeys checks these.
                if (KEY.matcher(key).matches()) {
                    Set<String> expected = placeholders.get(key);
                    assertThat(expected).as(name + " " + key).isNotNull();
                    assertThat(arguments)
                            .as(key)
                            .hasSize(requireNonNull(expected).size() + 1);
                    found++;
                }
            }
        }
        assertThat(found).isGreaterThan(40);
    }

    @Test
    void everyPackageWithMessagesIsFound() throws IOException {
        Set<String> users;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            users = files.filter(file ->
                            file.toString().endsWith(".java") && read(file).contains("Message.of("))
                    .map(file -> SOURCES.relativize(file.getParent()).toString())
                    .collect(toCollection(TreeSet::new));
        }
        assertThat(packages().stream().map(Path::toString).toList())
                .contains("api", "keeper", "monitor")
                .containsExactlyElementsOf(users);
    }

    private static Map<String, Set<String>> placeholders(Path name, String file) throws IOException {
        Map<String, Set<String>> placeholders = new TreeMap<>();
        entries(name, file)
                .forEach((key, text) -> placeholders.put(
                        key,
                        PLACEHOLDER
                                .matcher(text)
                                .results()
                                .map(MatchResult::group)
                                .collect(toCollection(TreeSet::new))));
        return placeholders;
    }

    private static Map<String, String> entries(Path name, String file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(RESOURCES.resolve(name).resolve(file))) {
            properties.load(in);
        }
        Map<String, String> entries = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
        return entries;
    }

    /** Returns the sources of a package, without its subpackages. */
    private static String source(Path name) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES.resolve(name))) {
            StringBuilder source = new StringBuilder();
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> source.append(read(file)));
            return source.toString();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> literals(String source) {
        return LITERAL.matcher(source).results().map(found -> found.group(1)).collect(toSet());
    }

    private static String group(String key) {
        return key.substring(0, key.indexOf('.'));
    }

    /** Returns the arguments of a call from a position within its parentheses. */
    private static List<String> arguments(String source, int start) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        int from = start;
        for (int i = start; ; i++) {
            char c = source.charAt(i);
            if (c == '"') {
                i = source.indexOf('"', i + 1);
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && depth-- == 0) {
                arguments.add(source.substring(from, i).strip());
                return arguments;
            } else if (c == ',' && depth == 0) {
                arguments.add(source.substring(from, i).strip());
                from = i + 1;
            }
        }
    }
}
