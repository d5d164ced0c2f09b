package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import io.github.wxtoken.keeper.TokenEvent;
import io.github.wxtoken.keeper.TokenEvent.RefreshFailed;
import io.github.wxtoken.keeper.TokenEvent.Refreshed;
import io.github.wxtoken.keeper.TokenEvent.Reissued;
import io.github.wxtoken.keeper.TokenListener;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Trigger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes the server's own events to the audit log: its start and stop, and every refresh. Thread-safe. */
@Component
final class ServerAudit implements TokenListener {

    /** Called directly: refreshes continue during the shutdown, when events may no longer be published. */
    private final AuditLog log;

    private final Accounts accounts;
    private final ObjectProvider<BuildProperties> build;
    private final ApplicationContext application;

    ServerAudit(
            AuditLog log, Accounts accounts, ObjectProvider<BuildProperties> build, ApplicationContext application) {
        this.log = log;
        this.accounts = accounts;
        this.build = build;
        this.application = application;
    }

    @Override
    public void refreshed(Refreshed event) {
        Map<String, @Nullable Object> data = data(event, "refreshed", event.trigger());
        data.put("version", event.version());
        data.put("token", event.fingerprint());
        write("refresh", data);
    }

    @Override
    public void reissued(Reissued event) {
        Map<String, @Nullable Object> data = data(event, "reissued", event.trigger());
        data.put("token", event.fingerprint());
        write("refresh", data);
    }

    @Override
    public void refreshFailed(RefreshFailed event) {
        Map<String, @Nullable Object> data = data(event, "failed", event.trigger());
        if (event.failure().errcode() != 0) {
            data.put("errcode", event.failure().errcode());
        }
        boolean repeated = event.before()
                .filter(before -> before.errcode() == event.failure().errcode())
                .isPresent();
        if (repeated) {
            log.repeated(event("refresh", data));
        } else {
            write("refresh", data);
        }
    }

    @EventListener
    void started(ApplicationReadyEvent event) {
        Map<String, @Nullable Object> data = new HashMap<>();
        data.put("accounts", accounts.all().size());
        build.ifAvailable(properties -> data.put("build", String.valueOf(properties.getVersion())));
        write("start", data);
    }

    @EventListener
    void stops(ContextClosedEvent event) {
        // A separate management port has its own application context, whose events are received here, too.
        if (event.getApplicationContext() == application) {
            write("stop", Map.of());
        }
    }

    private static Map<String, @Nullable Object> data(TokenEvent event, String outcome, Trigger trigger) {
        Map<String, @Nullable Object> data = new HashMap<>();
        data.put("account", event.account().name());
        data.put("ticket", event.key().kind().type());
        data.put("outcome", outcome);
        data.put("trigger", lowerCase(trigger));
        return data;
    }

    private void write(String type, Map<String, @Nullable Object> data) {
        log.onAuditEvent(event(type, data));
    }

    // Under JDK 17, NullAway does not see that the values of these maps may be null; under JDK 25, it does.
    @SuppressWarnings("NullAway")
    private static AuditEvent event(String type, Map<String, @Nullable Object> data) {
        return new AuditEvent(null, type, data);
    }
}
