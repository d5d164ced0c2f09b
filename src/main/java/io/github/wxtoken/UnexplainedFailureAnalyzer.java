package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Reports every failure of the start that no other analyzer of this server explains: the exceptions and where they were
 * thrown, without their messages. It runs before Spring Boot's own analyzers and instead of a stack trace, because both
 * may quote configured values, which may be secret. It names the properties that are likely wrong, and where they are.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class UnexplainedFailureAnalyzer implements FailureAnalyzer {

    private static final int MOST_PROPERTIES = 8;
    private static final int MOST_EXCEPTIONS = 6;
    private static final String OURS = "io.github.wxtoken.";
    private static final String BUNDLED = "class path resource";

    /** The parts of Spring Boot that fail on a wrong value, and the properties that they read. */
    private static final Map<String, List<String>> PROPERTIES = properties();

    private final @Nullable Environment environment;

    UnexplainedFailureAnalyzer(@Nullable Environment environment) {
        this.environment = environment;
    }

    private static Map<String, List<String>> properties() {
        Map<String, List<String>> properties = new LinkedHashMap<>();
        properties.put("org.springframework.boot.data.redis.", List.of("spring.data.redis"));
        properties.put("org.springframework.boot.ssl.", List.of("spring.ssl", "server.ssl", "management.server.ssl"));
        properties.put(
                "org.springframework.boot.autoconfigure.ssl.",
                List.of("spring.ssl", "server.ssl", "management.server.ssl"));
        properties.put("org.springframework.boot.support.SpringApplicationJson", List.of("spring.application.json"));
        properties.put("org.springframework.boot.context.config.", List.of("spring.config", "spring.profiles"));
        properties.put("org.springframework.boot.context.logging.", List.of("logging"));
        properties.put("org.springframework.boot.tomcat.", List.of("server"));
        properties.put("org.springframework.boot.web.server.", List.of("server"));
        properties.put("org.apache.catalina.", List.of("server"));
        return properties;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        List<Throwable> chain =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
        // Its explanation by Spring Boot has the number of the port and nothing else.
        if (chain.stream().anyMatch(PortInUseException.class::isInstance)) {
            return null;
        }
        StringBuilder description = new StringBuilder(text("unexplained.description"));
        List<String> suspects = suspects(chain);
        if (!suspects.isEmpty()) {
            description.append(text("unexplained.suspects")).append('\n');
            suspects.forEach(suspect -> description.append("\n    ").append(suspect));
        }
        chain.stream()
                .map(Origin::from)
                .filter(Objects::nonNull)
                .reduce((outer, inner) -> inner)
                .ifPresent(origin -> description.append("\n\n").append(text("unexplained.where", origin)));
        description.append("\n\n").append(text("unexplained.exceptions")).append('\n');
        for (Throwable cause : chain.subList(Math.max(0, chain.size() - MOST_EXCEPTIONS), chain.size())) {
            places(cause).forEach(place -> description.append("\n    ").append(place));
        }
        // Omits the failure itself: it is logged at DEBUG and its messages may quote values.
        return new FailureAnalyzedException(description.toString(), text("unexplained.action")).analysis();
    }

    /** Returns the class of an exception with the frame that threw it and the first one of this server. */
    private static Set<String> places(Throwable failure) {
        Set<String> places = new LinkedHashSet<>();
        StackTraceElement[] frames = failure.getStackTrace();
        String thrown = failure.getClass().getName();
        places.add(frames.length == 0 ? thrown : thrown + " at " + frames[0]);
        for (StackTraceElement frame : frames) {
            if (frame.getClassName().startsWith(OURS) && !frame.equals(frames[0])) {
                places.add(text("unexplained.by_way", frame));
                break;
            }
        }
        return places;
    }

    private List<String> suspects(List<Throwable> chain) {
        for (int i = chain.size() - 1; i >= 0; i--) {
            for (StackTraceElement frame : chain.get(i).getStackTrace()) {
                for (Map.Entry<String, List<String>> part : PROPERTIES.entrySet()) {
                    if (frame.getClassName().startsWith(part.getKey())) {
                        return configured(part.getValue());
                    }
                }
            }
        }
        return List.of();
    }

    /** Returns the configured properties below some prefixes, and where they are; the prefixes if none is known. */
    private List<String> configured(List<String> prefixes) {
        List<String> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        if (environment != null) {
            for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
                if (source instanceof IterableConfigurationPropertySource iterable) {
                    for (String prefix : prefixes) {
                        ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
                        iterable.stream()
                                .filter(root::isAncestorOf)
                                .map(source::getConfigurationProperty)
                                .filter(Objects::nonNull)
                                .filter(property -> !isBundled(property))
                                .forEach(property -> {
                                    String text = property.getName() + "  (" + property.getOrigin() + ")";
                                    if (isMissingFile(property.getValue())) {
                                        missing.add(text + ": " + text("value.no_file"));
                                    } else if (!found.contains(text)) {
                                        found.add(text);
                                    }
                                });
                    }
                }
            }
        }
        if (!missing.isEmpty()) {
            return missing;
        }
        if (found.isEmpty()) {
            return prefixes;
        }
        return found.size() <= MOST_PROPERTIES ? found : found.subList(0, MOST_PROPERTIES);
    }

    /** Returns whether a value is the absolute path of a file that does not exist. */
    private static boolean isMissingFile(Object value) {
        String path = value.toString();
        try {
            return path.startsWith("/") && Files.notExists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String text(String key, Object... arguments) {
        return Message.of(UnexplainedFailureAnalyzer.class, key, arguments).inSystemLanguage();
    }

    private static boolean isBundled(ConfigurationProperty property) {
        return property.getOrigin() == null || property.getOrigin().toString().startsWith(BUNDLED);
    }
}
