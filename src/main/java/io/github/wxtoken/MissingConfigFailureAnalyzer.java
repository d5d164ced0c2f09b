package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.origin.Origin;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains that a configured file or folder of configuration does not exist. It does not show the value. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingConfigFailureAnalyzer extends AbstractFailureAnalyzer<ConfigDataNotFoundException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ConfigDataNotFoundException cause) {
        Object where = Objects.requireNonNullElse(Origin.from(cause), message("missing.somewhere"));
        String description = message("missing.description", where).inSystemLanguage();
        String action = message("missing.action").inSystemLanguage();
        // Omits the failure itself: it is logged at DEBUG, and its message quotes the value.
        return new FailureAnalyzedException(description, action).analysis();
    }

    private static Message message(String key, Object... arguments) {
        return Message.of(MissingConfigFailureAnalyzer.class, key, arguments);
    }
}
