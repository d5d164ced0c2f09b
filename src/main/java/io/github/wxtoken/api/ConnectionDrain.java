package io.github.wxtoken.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Lets clients leave before the web server shuts down. For a while, each answer closes its connection and says so, while
 * new connections are still accepted. Readiness is down by then, so load balancers turn to other replicas.
 *
 * <p>Tomcat's graceful shutdown begins by closing kept connections at their next request, without an answer. A client
 * cannot know whether that request was executed, so it must not repeat a POST.
 */
final class ConnectionDrain implements SmartLifecycle {

    private final WebServerApplicationContext context;
    private final Duration time;
    private volatile boolean running;

    ConnectionDrain(WebServerApplicationContext context, DrainTime time) {
        this.context = context;
        this.time = time.value();
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        stop();
        if (time.isZero()) {
            callback.run();
        } else {
            CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(callback);
        }
    }

    @Override
    public void stop() {
        running = false;
        if (context.getWebServer() instanceof TomcatWebServer server) {
            for (Connector connector : server.getTomcat().getService().findConnectors()) {
                if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
                    protocol.setMaxKeepAliveRequests(1);
                }
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Returns false: a server that drains cannot continue. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Returns a phase that stops before the web server and the keeper. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }
}
