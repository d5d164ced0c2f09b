package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains to a new user who has configured no account what to do next. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NoAccountFailureAnalyzer extends AbstractFailureAnalyzer<NoAccountException> {

    private static final Path FILE = Path.of("config", "application.yml");

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoAccountException cause) {
        String action = text("none.action");
        // When the jar is started in another directory, nothing reads the two variables even if both are set.
        return new FailureAnalysis(
                text("none.description"), Files.exists(FILE) ? action : text("none.no_file") + "\n\n" + action, cause);
    }

    private static String text(String key) {
        return Message.of(NoAccountFailureAnalyzer.class, key).inSystemLanguage();
    }
}
