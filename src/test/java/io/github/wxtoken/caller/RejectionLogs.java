package io.github.wxtoken.caller;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationListener;

/** Creates logs of rejected calls for the tests of other packages. */
public final class RejectionLogs {

    private RejectionLogs() {}

    /** Returns a log that passes its audit events to the given listener. */
    public static RejectionLog publishingTo(ApplicationListener<AuditApplicationEvent> audit) {
        return new RejectionLog(audit, new SimpleMeterRegistry(), InstantSource.system());
    }
}
