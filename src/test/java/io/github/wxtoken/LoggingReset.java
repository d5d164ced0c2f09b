package io.github.wxtoken;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LoggingSystemProperty;

/**
 * Resets the logging before each test class, so that tests of the log do not depend on the order of the classes. The root
 * log level becomes INFO: it is DEBUG until a server starts, or as the last server in this JVM has left it. Spring Boot
 * keeps the formats of a server in system properties and never removes them.
 */
public final class LoggingReset implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        for (LoggingSystemProperty property : LoggingSystemProperty.values()) {
            System.clearProperty(property.getEnvironmentVariableName());
        }
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
    }
}
