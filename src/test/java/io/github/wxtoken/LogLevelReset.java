package io.github.wxtoken;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Sets the root log level to INFO before each test class. Otherwise it is DEBUG until a server starts, or as the last
 * server in this JVM has left it, and tests of the log would depend on the order of the classes.
 */
public final class LogLevelReset implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
    }
}
