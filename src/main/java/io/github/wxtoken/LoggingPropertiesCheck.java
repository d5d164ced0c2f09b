package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystemProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.Resource;
import org.springframework.util.ClassUtils;

/**
 * Prepares the properties of the log before Spring Boot reads them: checks them, because Spring Boot prints the stack
 * trace of a wrong one with its value, and makes the console's log legible.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class LoggingPropertiesCheck implements EnvironmentPostProcessor {

    private static final String CONSOLE_CHARSET = "logging.charset.console";
    private static final Set<String> FORMATS = Set.of("ecs", "gelf", "logstash");

    /** A character of the hints. */
    private static final String CHINESE = "中";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Binder binder = Binder.get(environment);
        binder.bind("logging.level", Bindable.mapOf(String.class, LogLevel.class));
        binder.bind(CONSOLE_CHARSET, Charset.class);
        binder.bind("logging.charset.file", Charset.class);
        BindHandler format = only(LoggingPropertiesCheck::isFormat, "value.log_format");
        binder.bind("logging.structured.format.console", Bindable.of(String.class), format);
        binder.bind("logging.structured.format.file", Bindable.of(String.class), format);
        binder.bind(
                "logging.config",
                Bindable.of(Resource.class),
                only(file -> ((Resource) file).exists(), "value.no_file"));
        if (!new Defaults(environment).consoleCharset().newEncoder().canEncode(CHINESE.charAt(0))) {
            // Under a bare locale such as POSIX, JDK 17 would print question marks for the Chinese in the hints.
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource(
                            "consoleCharset", Map.of(CONSOLE_CHARSET, StandardCharsets.UTF_8.name())));
        }
    }

    private static boolean isFormat(Object value) {
        return FORMATS.contains(value.toString().toLowerCase(Locale.ROOT))
                || ClassUtils.isPresent(value.toString(), null);
    }

    private static BindHandler only(Predicate<Object> valid, String key) {
        return new BindHandler() {
            @Override
            public Object onSuccess(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
                if (!valid.test(result)) {
                    throw new WrongValueException(
                            Message.of(LoggingPropertiesCheck.class, key).inSystemLanguage());
                }
                return result;
            }
        };
    }

    /** Thrown for a wrong value; the message is the reason, without the value. */
    static final class WrongValueException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        WrongValueException(String reason) {
            super(reason);
        }
    }

    /** Gives access to the charset that Spring Boot would use. */
    private static final class Defaults extends LoggingSystemProperties {

        Defaults(ConfigurableEnvironment environment) {
            super(environment);
        }

        Charset consoleCharset() {
            return getDefaultConsoleCharset();
        }
    }
}
