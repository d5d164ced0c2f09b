package io.github.wxtoken;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why the server does not listen on just any address, and what to do instead. */
final class UnguardedPortFailureAnalyzer extends AbstractFailureAnalyzer<UnguardedPortException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnguardedPortException cause) {
        return cause.withoutCallers() ? withoutCallers(cause) : managementPort(cause);
    }

    private static FailureAnalysis withoutCallers(UnguardedPortException cause) {
        String description =
                """
                The server was told to listen on %s (property %s), but no callers are configured: \
                whoever reaches the port would be given the tokens of all accounts."""
                        .formatted(cause.address(), cause.property());
        String action =
                """
                Make a key for each business server with

                    java -jar wxtoken.jar make-key

                It prints the key, and the digest to configure as wxtoken.callers.<name>.key-sha256. \
                To serve this machine only, set %s to 127.0.0.1 instead."""
                        .formatted(cause.property());
        return new FailureAnalysis(description, action, cause);
    }

    private static FailureAnalysis managementPort(UnguardedPortException cause) {
        String description =
                """
                management.server.port is a port of its own, which asks nobody for a key, but %s is not set: \
                everybody could see how all accounts are, and have their tokens replaced."""
                        .formatted(cause.property());
        String action =
                """
                Set %s to an address that only operators and their monitoring can reach, such as 127.0.0.1, \
                or remove management.server.port."""
                        .formatted(cause.property());
        return new FailureAnalysis(description, action, cause);
    }
}
