package io.github.wxtoken.caller;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.support.RepeatedTask;
import io.github.wxtoken.support.ReservedDescriptors;
import io.github.wxtoken.support.StartNote;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Creates the beans of this package: the configured callers and the handling of rejected calls. */
@Configuration(proxyBeanMethods = false)
class CallerConfiguration {

    /** Binds the callers. A properties bean cannot be a map at its own prefix. */
    @Bean
    Callers callers(Environment environment) {
        return new Callers(NamedProperties.CALLERS.bind(environment, CallerProperties.class));
    }

    @Bean
    ClientLimits clientLimits(
            TomcatServerProperties tomcat, Environment environment, ObjectProvider<ReservedDescriptors> reserved) {
        Integer configured =
                environment.containsProperty("server.tomcat.max-connections") ? tomcat.getMaxConnections() : null;
        // A virtual thread that waits costs no more than its connection.
        Integer threads = Threading.VIRTUAL.isActive(environment)
                ? null
                : tomcat.getThreads().getMax();
        long descriptors = freeDescriptors()
                - reserved.stream().mapToInt(ReservedDescriptors::count).sum();
        return ClientLimits.of(Runtime.getRuntime().maxMemory(), descriptors, configured, threads);
    }

    @Bean
    @Order(3)
    StartNote limitsNote(ClientLimits limits) {
        return new StartNote("limits", List.of("at most " + limits.connections() + " connections"), limits.warnings());
    }

    private static long freeDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    @Bean
    KeyAuthentication keyAuthentication(Callers callers) {
        return new KeyAuthentication(callers);
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService rejectionTimer() {
        return Executors.newSingleThreadScheduledExecutor(new DaemonThreads("rejections-"));
    }

    @Bean(destroyMethod = "close")
    RejectionLog rejectionLog(
            ApplicationListener<AuditApplicationEvent> audit,
            MeterRegistry meters,
            InstantSource clock,
            ScheduledExecutorService rejectionTimer) {
        RejectionLog rejectionLog = new RejectionLog(audit, meters, clock);
        rejectionTimer.scheduleWithFixedDelay(
                new RepeatedTask("The summary of rejected calls", rejectionLog::tick), 1, 1, TimeUnit.SECONDS);
        return rejectionLog;
    }

    @Bean
    RejectionHandler rejectionHandler(RejectionLog rejectionLog) {
        return new RejectionHandler(rejectionLog);
    }
}
