package io.github.wxtoken;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why the server does not listen on just any address, and what to do instead. */
final class NotLoopbackFailureAnalyzer extends AbstractFailureAnalyzer<NotLoopbackException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NotLoopbackException cause) {
        String description =
                """
                The server was told to listen on %s (property %s), but no callers are configured: \
                whoever reaches the port would be given the tokens of all accounts."""
                        .formatted(cause.address(), cause.property());
        String action =
                """
                Set %s to 127.0.0.1 or ::1. This version cannot tell callers apart yet, and serves \
                business servers on the same machine only."""
                        .formatted(cause.property());
        return new FailureAnalysis(description, action, cause);
    }
}
