package io.github.wxtoken;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.support.StartNote;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Logs a message when the server has started: its configuration and which parts of it are unsafe. The message fits on
 * one screen for any number of accounts.
 */
@Component
final class StartMessage {

    private static final String EVERY_ADDRESS = "every address";
    private static final Logger log = LoggerFactory.getLogger(StartMessage.class);

    private final ObjectProvider<BuildProperties> build;
    private final ObjectProvider<StartNote> notesOfPackages;
    private final Callers callers;
    private final ServerProperties server;
    private final LoopbackGuard guard;
    private final StatusPageUrl page;
    private final Environment environment;

    StartMessage(
            ObjectProvider<BuildProperties> build,
            ObjectProvider<StartNote> notesOfPackages,
            Callers callers,
            ServerProperties server,
            LoopbackGuard guard,
            StatusPageUrl page,
            Environment environment) {
        this.build = build;
        this.notesOfPackages = notesOfPackages;
        this.callers = callers;
        this.server = server;
        this.guard = guard;
        this.page = page;
        this.environment = environment;
    }

    @EventListener
    void started(ApplicationReadyEvent event) {
        log.info(text());
    }

    String text() {
        BuildProperties built = build.getIfAvailable();
        StringBuilder text =
                new StringBuilder("wxtoken " + (built == null ? "" : built.getVersion() + " ") + "is set up:");
        List<String> unsafe = new ArrayList<>();
        List<StartNote> notes = new ArrayList<>(List.of(listening(), management(), page(), callers()));
        notes.addAll(notesOfPackages.orderedStream().toList());
        for (StartNote note : notes) {
            add(text, note.topic(), note.lines());
            unsafe.addAll(note.unsafe());
        }
        add(text, "UNSAFE", unsafe);
        return text.toString();
    }

    private static void add(StringBuilder text, String topic, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            text.append("\n  %-10s %s".formatted(i == 0 ? topic : "", lines.get(i)));
        }
    }

    private StartNote listening() {
        InetAddress at = guard.address();
        boolean tls = Ssl.isEnabled(server.getSsl());
        List<String> unsafe = new ArrayList<>();
        if (!tls && !loopback(at)) {
            unsafe.add(
                    "Keys and tokens cross the network unencrypted unless a proxy in front uses TLS: see server.ssl.");
        }
        String port = environment.getProperty("local.server.port", "");
        return new StartNote(
                "listens on", List.of(name(at) + ", port " + port + (tls ? ", TLS" : ", plain HTTP")), unsafe);
    }

    private StartNote management() {
        InetAddress at = guard.managementAddress();
        if (at == null) {
            return StartNote.of("operators", List.of());
        }
        List<String> unsafe = loopback(at)
                ? List.of()
                : List.of("The management port needs no key: all who reach it see operational details and can order new"
                        + " tokens.");
        String port = environment.getProperty("local.management.port", "");
        return new StartNote("operators", List.of(name(at) + ", port " + port + ", without keys"), unsafe);
    }

    private StartNote page() {
        String url = page.get();
        return StartNote.of("page", url == null ? List.of() : List.of(url));
    }

    private StartNote callers() {
        if (callers.isEmpty()) {
            return new StartNote(
                    "callers",
                    List.of("none, so the server listens on loopback only"),
                    List.of("Every process on this machine can get the tokens: see wxtoken.callers."));
        }
        long operators = callers.all().stream().filter(Caller::operator).count();
        return StartNote.of("callers", List.of(callers.all().size() + ", including " + operators + " operator(s)"));
    }

    private static boolean loopback(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }

    private static String name(@Nullable InetAddress address) {
        return address == null || address.isAnyLocalAddress() ? EVERY_ADDRESS : address.getHostAddress();
    }
}
