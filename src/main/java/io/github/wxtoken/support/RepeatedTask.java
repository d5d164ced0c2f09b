package io.github.wxtoken.support;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that logs its exceptions. A scheduler stops to repeat a task that throws. */
public final class RepeatedTask implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(RepeatedTask.class);

    private final String name;
    private final Runnable task;

    /** Creates the task. The name says in the log what failed. */
    public RepeatedTask(String name, Runnable task) {
        this.name = name;
        this.task = task;
    }

    @Override
    public void run() {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("{} failed", name, e);
        }
    }
}
