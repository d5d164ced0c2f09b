package io.github.wxtoken.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

/** Builds an environment from property sources as Spring Boot reads them, each with the usual precedence. */
public final class Environments {

    private final ConfigurableEnvironment environment = new StandardEnvironment();
    private final MutablePropertySources sources = environment.getPropertySources();

    private Environments() {
        sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        sources.remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
    }

    /** Starts without any source. */
    public static Environments with() {
        return new Environments();
    }

    /** Adds a YAML file below the sources so far. */
    public Environments yaml(String text) {
        return load(new YamlPropertySourceLoader(), "application.yml", text);
    }

    /** Adds a file of properties below the sources so far. */
    Environments properties(String text) {
        return load(new PropertiesPropertySourceLoader(), "application.properties", text);
    }

    private Environments load(PropertySourceLoader loader, String name, String text) {
        ByteArrayResource resource = new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), name);
        try {
            loader.load(name, resource).forEach(sources::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Adds a directory of secret files below the sources so far. */
    Environments configTree(Path directory) {
        sources.addLast(new ConfigTreePropertySource("secrets", directory));
        return this;
    }

    /** Adds environment variables above the sources so far. */
    public Environments variables(Map<String, String> variables) {
        sources.addFirst(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.copyOf(variables)));
        new SpringApplicationJsonEnvironmentPostProcessor()
                .postProcessEnvironment(environment, new SpringApplication());
        return this;
    }

    /** Adds system properties above the sources so far. */
    Environments systemProperties(Map<String, Object> properties) {
        Properties all = new Properties();
        all.putAll(properties);
        sources.addFirst(new PropertiesPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, all));
        return this;
    }

    /** Adds arguments of the command line above the sources so far. */
    Environments arguments(String... arguments) {
        EnumerablePropertySource<?> commandLine = new SimpleCommandLinePropertySource(arguments);
        sources.addFirst(commandLine);
        return this;
    }

    public ConfigurableEnvironment build() {
        return environment;
    }
}
