package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.NamedProperties;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.origin.Origin;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.Environment;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.util.unit.DataSize;

/**
 * Reports which property is wrong, where it is set and what to do. It never prints the value,
 * which may be an AppSecret in the wrong place. It runs before Spring Boot's own analyzers, which print values.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class WrongPropertyFailureAnalyzer implements FailureAnalyzer {

    /** An element of a property name that cannot be a secret. */
    private static final Pattern ELEMENT = Pattern.compile("[A-Za-z-]{1,30}|\\d{1,4}");

    /** The elements before the properties of an account or caller: {@code wxtoken.accounts.<name>}. */
    private static final int NAMED_ELEMENTS = 3;

    private final @Nullable Environment environment;

    WrongPropertyFailureAnalyzer(@Nullable Environment environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        List<WrongProperty> findings = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(cause -> findings(cause, failure))
                .filter(found -> !found.isEmpty())
                .reduce(List.of(), (outer, inner) -> inner);
        if (findings.isEmpty()) {
            return null;
        }
        StringBuilder description = new StringBuilder(text("property.description"));
        findings.forEach(finding -> description.append(finding.describe(environment)));
        // Omits the failure itself: it is logged at DEBUG and its causes quote values.
        return new FailureAnalyzedException(description.toString(), text("property.action")).analysis();
    }

    private static List<WrongProperty> findings(Throwable failure, Throwable whole) {
        List<WrongProperty> findings = new ArrayList<>();
        if (failure instanceof InvalidConfigurationPropertyValueException invalid) {
            // Lenient: if this analyzer threw, those that print values would run.
            ConfigurationPropertyName name = ConfigurationPropertyName.adapt(invalid.getName(), '.');
            // The reasons of Spring Boot may quote the value.
            String reason = PropertyNames.ROOT.isAncestorOf(name)
                    ? Objects.requireNonNullElseGet(invalid.getReason(), () -> text("value.invalid"))
                    : reason(whole, null);
            findings.add(new WrongProperty(name, Origin.from(invalid), reason));
        } else if (failure instanceof UnboundConfigurationPropertiesException unbound) {
            for (ConfigurationProperty property : unbound.getUnboundProperties()) {
                findings.add(unknown(property));
            }
        } else if (failure instanceof BindException bind) {
            ConfigurationProperty property = bind.getProperty();
            findings.add(new WrongProperty(
                    property == null ? bind.getName() : property.getName(),
                    property == null ? null : property.getOrigin(),
                    reason(bind, bind.getTarget().getType().resolve(Object.class))));
        }
        return findings;
    }

    /** YAML takes a value in braces, or before a colon, for a name. Such a name is not shown. */
    private static WrongProperty unknown(ConfigurationProperty property) {
        ConfigurationPropertyName name = property.getName();
        boolean named = NamedProperties.ACCOUNTS.contain(name) || NamedProperties.CALLERS.contain(name);
        int first = named ? NAMED_ELEMENTS : PropertyNames.ROOT.getNumberOfElements();
        for (int i = first; i < name.getNumberOfElements(); i++) {
            boolean tooDeep = named && i > NAMED_ELEMENTS;
            if (tooDeep || !ELEMENT.matcher(name.getElement(i, Form.ORIGINAL)).matches()) {
                return new WrongProperty(name.chop(i), property.getOrigin(), text("value.name"));
            }
        }
        return new WrongProperty(name, property.getOrigin(), text("value.unknown"));
    }

    private static String reason(Throwable failure, @Nullable Class<?> type) {
        Class<?> expected = type;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LoggingPropertiesCheck.WrongValueException wrong) {
                return Objects.requireNonNullElseGet(wrong.getMessage(), () -> text("value.invalid"));
            }
            if (cause instanceof PlaceholderResolutionException) {
                return text("value.placeholders");
            }
            if (cause instanceof ConversionFailedException failed) {
                expected = expected == null ? failed.getTargetType().getType() : expected;
            }
        }
        return expected == null ? text("value.invalid") : text("value.type", words(expected));
    }

    private static Message words(Class<?> type) {
        if (type == Duration.class) {
            return message("type.duration");
        }
        if (type == int.class || type == Integer.class || type == long.class) {
            return message("type.number");
        }
        if (type == DataSize.class) {
            return message("type.size");
        }
        if (type.isEnum()) {
            return message(
                    "type.enum",
                    Arrays.stream(type.getEnumConstants())
                            .map(constant ->
                                    constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .collect(Collectors.joining(", ")));
        }
        if (type == InetAddress.class) {
            return message("type.address");
        }
        if (type == Charset.class) {
            return message("type.charset");
        }
        return message("type.other");
    }

    private static String text(String key, Object... arguments) {
        return message(key, arguments).inSystemLanguage();
    }

    private static Message message(String key, Object... arguments) {
        return Message.of(WrongPropertyFailureAnalyzer.class, key, arguments);
    }

    /** A property and the reason why it is wrong. */
    private record WrongProperty(ConfigurationPropertyName name, @Nullable Origin origin, String reason) {

        String describe(@Nullable Environment environment) {
            ConfigurationProperty set = environment == null ? null : lookUp(environment);
            Origin where = origin == null && set != null ? set.getOrigin() : origin;
            Message flaw = environment == null || set == null ? null : ValueFlaw.of(environment, set.getValue());
            return text(
                    "property.finding",
                    name,
                    where == null ? message("property.not_set") : where,
                    flaw == null ? reason : flaw);
        }

        /** Looks up the property, or the list that contains it: a list may be one text with commas. */
        private @Nullable ConfigurationProperty lookUp(Environment environment) {
            ConfigurationProperty set = lookUp(environment, name);
            return set == null && name.isLastElementIndexed() && !name.isEmpty()
                    ? lookUp(environment, name.getParent())
                    : set;
        }

        private static @Nullable ConfigurationProperty lookUp(Environment environment, ConfigurationPropertyName name) {
            ConfigurationProperty named = NamedProperties.find(environment, name);
            if (named != null) {
                return named;
            }
            for (var source : ConfigurationPropertySources.get(environment)) {
                ConfigurationProperty property = source.getConfigurationProperty(name);
                if (property != null) {
                    return property;
                }
            }
            return null;
        }
    }
}
