package io.github.wxtoken;

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
        String description =
                """
                A file or folder that spring.config.import, spring.config.location or \
                spring.config.additional-location names does not exist.

                    Where:    %s"""
                        .formatted(Objects.requireNonNullElse(
                                Origin.from(cause), "a command line argument or an environment variable"));
        String action =
                """
                Create or mount it, or correct the name. If it may be absent, write optional: before it, as in \
                optional:configtree:/run/secrets/.""";
        // Omits the failure itself: it is logged at DEBUG, and its message quotes the value.
        return new FailureAnalyzedException(description, action).analysis();
    }
}
