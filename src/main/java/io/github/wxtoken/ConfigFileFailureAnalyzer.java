package io.github.wxtoken;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Reports where a configuration file is malformed and what to do, without its text. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConfigFileFailureAnalyzer extends AbstractFailureAnalyzer<ConfigFileException> {

    private static final String ACTION =
            "Correct the file. Its text is not shown here because it may contain a secret.";

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigFileException cause) {
        String description = "A configuration file cannot be read:%n%n    File:     %s%n    Reason:   %s"
                .formatted(cause.place(), cause.reason());
        return new FailureAnalyzedException(description, ACTION).analysis();
    }
}
