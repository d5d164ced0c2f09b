package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Reports where a configuration file is malformed and what to do, without its text. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConfigFileFailureAnalyzer extends AbstractFailureAnalyzer<ConfigFileException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigFileException cause) {
        String description = Message.of(
                        ConfigFileFailureAnalyzer.class, "file.description", cause.place(), cause.reason())
                .inSystemLanguage();
        String action =
                Message.of(ConfigFileFailureAnalyzer.class, "file.action").inSystemLanguage();
        return new FailureAnalyzedException(description, action).analysis();
    }
}
