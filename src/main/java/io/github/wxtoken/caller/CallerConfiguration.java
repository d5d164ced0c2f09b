package io.github.wxtoken.caller;

import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.support.RepeatedTask;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    ScheduledExecutorService rejectionTimer() {
        return Executors.newSingleThreadScheduledExecutor(new DaemonThreads("rejections-"));
    }

    /** Creates the log; its last sweep publishes the rejections not logged yet. */
    @Bean(destroyMethod = "sweep")
    RejectionLog rejectionLog(ApplicationEventPublisher audit, ScheduledExecutorService rejectionTimer) {
        RejectionLog rejectionLog = new RejectionLog(audit);
        rejectionTimer.scheduleAtFixedRate(
                new RepeatedTask("The summary of rejected calls", rejectionLog::sweep), 1, 1, TimeUnit.MINUTES);
        return rejectionLog;
    }

    @Bean
    FailedKeyThrottle failedKeyThrottle(
            RejectionLog rejectionLog, ScheduledExecutorService rejectionTimer, MeterRegistry meters) {
        return new FailedKeyThrottle(rejectionLog, rejectionTimer, meters);
    }

    @Bean
    RejectionHandler rejectionHandler(RejectionLog rejectionLog, FailedKeyThrottle failedKeyThrottle) {
        return new RejectionHandler(rejectionLog, failedKeyThrottle);
    }
}
