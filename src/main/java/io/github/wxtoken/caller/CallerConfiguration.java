package io.github.wxtoken.caller;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Creates the beans of this package: the configured callers and the handling of rejected calls. */
@Configuration(proxyBeanMethods = false)
class CallerConfiguration {

    private static final Logger log = LoggerFactory.getLogger(CallerConfiguration.class);

    private static final Bindable<Map<String, CallerProperties>> CALLERS =
            Bindable.mapOf(String.class, CallerProperties.class);

    /** Binds the callers manually, because a map cannot be a properties bean. As strict as the beans. */
    @Bean
    Callers callers(Environment environment) {
        var strict = new NoUnboundElementsBindHandler(
                new IgnoreTopLevelConverterNotFoundBindHandler(), new UnboundElementsSourceFilter());
        return new Callers(
                Binder.get(environment, strict).bind(Callers.PREFIX, CALLERS).orElse(Map.of()));
    }

    @Bean
    KeyAuthentication keyAuthentication(Callers callers) {
        return new KeyAuthentication(callers);
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService refusalTimer() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "refusals");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Creates the log; its last sweep publishes the rejections not logged yet. */
    @Bean(destroyMethod = "sweep")
    RejectionLog rejectionLog(ApplicationEventPublisher audit, ScheduledExecutorService refusalTimer) {
        RejectionLog rejectionLog = new RejectionLog(audit);
        refusalTimer.scheduleAtFixedRate(() -> sweep(rejectionLog), 1, 1, TimeUnit.MINUTES);
        return rejectionLog;
    }

    private static void sweep(RejectionLog rejectionLog) {
        try {
            rejectionLog.sweep();
        } catch (RuntimeException e) {
            // The scheduler would cancel a task that throws, and the counts would never be cleared again.
            log.error("Failed to summarize rejected calls", e);
        }
    }

    @Bean
    FailedKeyThrottle failedKeyThrottle(
            RejectionLog rejectionLog, ScheduledExecutorService refusalTimer, MeterRegistry meters) {
        return new FailedKeyThrottle(rejectionLog, refusalTimer, meters);
    }

    @Bean
    RejectionHandler rejectionHandler(RejectionLog rejectionLog, FailedKeyThrottle failedKeyThrottle) {
        return new RejectionHandler(rejectionLog, failedKeyThrottle);
    }
}
