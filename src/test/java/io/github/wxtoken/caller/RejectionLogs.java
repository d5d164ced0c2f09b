package io.github.wxtoken.caller;

import org.springframework.context.ApplicationEventPublisher;

/** Creates logs of rejected calls for the tests of other packages. */
public final class RejectionLogs {

    private RejectionLogs() {}

    /** Returns a log that publishes its audit events to the given consumer. */
    public static RejectionLog publishingTo(ApplicationEventPublisher audit) {
        return new RejectionLog(audit);
    }
}
