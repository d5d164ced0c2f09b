package io.github.wxtoken;

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
        String description =
                """
                The server is configured to listen on %s (property %s), but no callers are configured: \
                every client that reaches the port could get the tokens of all accounts."""
                        .formatted(cause.address(), cause.property());
        String action =
                """
                Make a key for each business server with

                    java -jar wxtoken.jar make-key

                It prints the key and the digest to configure as wxtoken.callers.<name>.key-sha256. \
                To serve this machine only, set %s to 127.0.0.1 instead."""
                        .formatted(cause.property());
        return new FailureAnalysis(description, action, cause);
    }

    private static FailureAnalysis managementPort(UnguardedPortException cause) {
        String description =
                """
                The separate management port (management.server.port) needs no key, but %s is not set: \
                every client could see the state of all accounts and have their tokens replaced."""
                        .formatted(cause.property());
        String action =
                """
                Set %s to an address that only operators and their monitoring can reach, such as 127.0.0.1, \
                or remove management.server.port."""
                        .formatted(cause.property());
        return new FailureAnalysis(description, action, cause);
    }
}
