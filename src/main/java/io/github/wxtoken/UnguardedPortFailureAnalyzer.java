package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains why the server must not listen on the configured address and what to do instead. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnguardedPortFailureAnalyzer extends AbstractFailureAnalyzer<UnguardedPortException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnguardedPortException cause) {
        return cause.withoutCallers() ? withoutCallers(cause) : managementPort(cause);
    }

    private static FailureAnalysis withoutCallers(UnguardedPortException cause) {
        String address = cause.address();
        return new FailureAnalysis(
                message("port.callers", address == null ? message("port.every_address") : address, cause.property())
                        .inSystemLanguage(),
                message("port.callers_action", cause.property()).inSystemLanguage(),
                cause);
    }

    private static FailureAnalysis managementPort(UnguardedPortException cause) {
        return new FailureAnalysis(
                message("port.management", cause.property()).inSystemLanguage(),
                message("port.management_action", cause.property()).inSystemLanguage(),
                cause);
    }

    private static Message message(String key, Object... arguments) {
        return Message.of(UnguardedPortFailureAnalyzer.class, key, arguments);
    }
}
