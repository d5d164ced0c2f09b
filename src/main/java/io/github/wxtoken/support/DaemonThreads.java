package io.github.wxtoken.support;

import java.io.Serial;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** Creates numbered threads that do not keep the process alive. Thread-safe. */
public final class DaemonThreads extends CustomizableThreadFactory {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates a factory. The prefix of the threads' names ends in a dash. */
    public DaemonThreads(String prefix) {
        super(prefix);
        setDaemon(true);
    }
}
