package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Loads a configuration file as Spring Boot does, but reports a malformed one with its name and line and without its
 * text. Spring Boot's own exceptions quote the line and do not name the file.
 */
abstract class ConfigFileLoader implements PropertySourceLoader {

    /** Only a template that was not rendered, such as {@code {{ secret }}}, makes a property with such a name. */
    private static final String BRACE = "{";

    private final PropertySourceLoader loader;

    private ConfigFileLoader(PropertySourceLoader loader) {
        this.loader = loader;
    }

    @Override
    public String[] getFileExtensions() {
        return loader.getFileExtensions();
    }

    @Override
    public List<PropertySource<?>> load(String name, Resource resource) throws IOException {
        return load(name, resource, null);
    }

    @Override
    public List<PropertySource<?>> load(String name, Resource resource, @Nullable Charset encoding) {
        List<PropertySource<?>> loaded;
        try {
            loaded = loader.load(name, resource, encoding);
        } catch (IOException e) {
            throw new ConfigFileException(resource, 0, 0, Message.of(ConfigFileLoader.class, "file.unreadable"));
        } catch (RuntimeException e) {
            // Without the cause, whose message quotes the file.
            throw explain(resource, e);
        }
        loaded.forEach(source -> requireRendered(resource, source));
        return loaded;
    }

    private static void requireRendered(Resource file, PropertySource<?> source) {
        if (source instanceof EnumerablePropertySource<?> properties) {
            for (String property : properties.getPropertyNames()) {
                if (property.contains(BRACE)) {
                    int line = line(OriginLookup.getOrigin(source, property));
                    throw new ConfigFileException(file, line, 0, YamlFault.TEMPLATE);
                }
            }
        }
    }

    private static int line(@Nullable Origin origin) {
        if (origin instanceof TextResourceOrigin text) {
            TextResourceOrigin.Location location = text.getLocation();
            return location == null ? 0 : location.getLine() + 1;
        }
        return 0;
    }

    abstract ConfigFileException explain(Resource file, RuntimeException failure);

    /** Returns the lines of a file up to the first byte that is not UTF-8. */
    private static List<String> linesUpToMalformed(Resource file) {
        byte[] bytes;
        try {
            bytes = file.getContentAsByteArray();
        } catch (IOException e) {
            return List.of();
        }
        int end = bytes.length;
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            decoder.decode(in);
        } catch (CharacterCodingException e) {
            end = in.position();
        }
        String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
        return Arrays.asList(text.split("\\R", -1));
    }

    /** Loads YAML. */
    @Order(Ordered.HIGHEST_PRECEDENCE + 1)
    static final class Yaml extends ConfigFileLoader {

        Yaml() {
            super(new YamlPropertySourceLoader());
        }

        @Override
        ConfigFileException explain(Resource file, RuntimeException failure) {
            List<String> lines = linesUpToMalformed(file);
            return failure instanceof YAMLException yaml
                    ? YamlFault.explain(file, lines, yaml)
                    : new ConfigFileException(file, 0, 0, YamlFault.UNKNOWN);
        }
    }

    /** Loads properties files. It comes first, because they take precedence over YAML files of the same name. */
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static final class Properties extends ConfigFileLoader {

        private static final Pattern MALFORMED_ESCAPE = Pattern.compile("\\\\u(?![0-9a-fA-F]{4})");

        Properties() {
            super(new PropertiesPropertySourceLoader());
        }

        @Override
        ConfigFileException explain(Resource file, RuntimeException failure) {
            List<String> lines = linesUpToMalformed(file);
            for (int i = 0; i < lines.size(); i++) {
                if (MALFORMED_ESCAPE.matcher(lines.get(i)).find()) {
                    return new ConfigFileException(file, i + 1, 0, Message.of(ConfigFileLoader.class, "file.escape"));
                }
            }
            return new ConfigFileException(file, 0, 0, Message.of(ConfigFileLoader.class, "file.properties"));
        }
    }
}
