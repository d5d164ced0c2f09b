package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.UrlResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests that {@code config/application.yml} lists exactly the existing properties, each with its default. */
final class ConfigurationReferenceTest {

    private static final String ACCOUNT = "wxtoken.accounts.main.";

    /** Properties whose keys the operator chooses; the metadata does not describe their contents. */
    private static final Set<String> MAPS = Set.of("wxtoken.accounts", "wxtoken.callers");

    /** Surefire runs tests in another directory and sets this property to the project's. */
    private static final Path FILE = Path.of(System.getProperty("basedir", ""), "config", "application.yml");

    @Test
    void everyPropertyIsListedWithItsDefault() throws IOException {
        Map<String, String> reference = reference();
        Map<String, String> defaults = defaults();
        assertThat(defaults).isNotEmpty();
        // A property that is empty by default is shown with an example or without a value.
        defaults.keySet().stream()
                .filter(name -> String.valueOf(defaults.get(name)).isEmpty())
                .forEach(name -> assertThat(reference.keySet())
                        .as(name)
                        .anyMatch(listed -> listed.equals(name) || listed.startsWith(name + "[")));
        defaults.values().removeIf(String::isEmpty);
        assertThat(reference).containsAllEntriesOf(defaults);
        assertThat(reference)
                .containsEntry(ACCOUNT + "appid", "${WECHAT_APPID:}")
                .containsEntry(ACCOUNT + "secret", "${WECHAT_SECRET:}")
                .containsEntry(ACCOUNT + "daily-budget", "2000");
    }

    @Test
    void nothingElseIsListed() throws IOException {
        Map<String, String> reference = reference();
        defaults().keySet().forEach(name -> reference.keySet().removeIf(listed -> listed.replaceFirst("\\[\\d+]$", "")
                .equals(name)));
        reference.keySet().removeIf(name -> name.startsWith(ACCOUNT));
        assertThat(reference.keySet()).noneMatch(name -> name.startsWith("wxtoken"));
    }

    @Test
    void whatIsSpringsHasTheDefaultThatThisServerSets() throws IOException {
        Map<String, String> reference = reference();
        Map<String, String> internal = load(new ClassPathResource("application.yml"));
        internal.keySet().retainAll(reference.keySet());
        assertThat(internal).containsKeys("server.port");
        assertThat(reference).containsAllEntriesOf(internal);
    }

    @Test
    void asItIsItSetsNothingButOneAccount() throws IOException {
        Map<String, String> active = load(text(Files.readString(FILE)));
        active.values().removeIf(String::isEmpty);
        assertThat(active.keySet()).containsExactlyInAnyOrder(ACCOUNT + "appid", ACCOUNT + "secret");
    }

    /** Returns the properties of the file, including the commented-out ones. */
    private static Map<String, String> reference() throws IOException {
        Map<String, String> all = load(text(Files.readString(FILE).replaceAll("(?m)^( *)#(?=[a-z])", "$1")));
        all.values().removeIf(String::isEmpty);
        return all;
    }

    /** Returns the server's properties and defaults from the metadata generated at compile time. */
    private static Map<String, String> defaults() throws IOException {
        URL classes =
                WxTokenApplication.class.getProtectionDomain().getCodeSource().getLocation();
        Resource metadata = new UrlResource(classes + "META-INF/spring-configuration-metadata.json");
        Map<String, String> defaults = new TreeMap<>();
        for (JsonNode property :
                new JsonMapper().readTree(metadata.getContentAsByteArray()).path("properties")) {
            String name = property.path("name").asString();
            if (name.startsWith("wxtoken") && !MAPS.contains(name)) {
                assertThat(property.path("description").asString()).as(name).isNotBlank();
                defaults.put(name, property.path("defaultValue").asString());
            }
        }
        return defaults;
    }

    private static Resource text(String yaml) {
        return new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the properties of a YAML file by name; a list is one text, as in the metadata. */
    private static Map<String, String> load(Resource yaml) throws IOException {
        Map<String, String> properties = new TreeMap<>();
        for (var source : new YamlPropertySourceLoader().load("yaml", yaml)) {
            var values = (EnumerablePropertySource<?>) source;
            for (String name : values.getPropertyNames()) {
                String value = String.valueOf(values.getProperty(name));
                int bracket = name.indexOf('[');
                if (bracket < 0) {
                    properties.put(name, value);
                } else {
                    properties.merge(
                            name.substring(0, bracket),
                            "[" + value + "]",
                            (list, one) -> list.replace("]", ", " + value + "]"));
                }
            }
        }
        return properties;
    }
}
