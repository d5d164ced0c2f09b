package io.github.wxtoken.monitor;

import io.github.wxtoken.support.EventThrottle;
import io.github.wxtoken.support.EventThrottle.Suppressed;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AbstractAuditListener;
import org.springframework.stereotype.Component;

/**
 * The audit log: writes the audit events that the packages publish to a separate logger. The text of a line consists of
 * {@code name=value} pairs. Structured log formats get the same pairs as fields. Of similar reports and failed
 * refreshes, a few are written per minute and the others summed up ({@link AuditGroup}). Every other event has its own
 * line. Thread-safe.
 */
@Component
final class AuditLog extends AbstractAuditListener implements AutoCloseable {

    /** Not a package name, so that the log level of a package does not affect the audit log. */
    static final String LOGGER = "wxtoken.audit";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);

    /**
     * The order of the fields in a line; other fields follow, sorted by name. A field must not be a number in one line
     * and a text in another: indexing log collectors reject that.
     */
    private static final List<String> ORDER = List.of(
            "account",
            "ticket",
            "outcome",
            "version",
            "token",
            "reason",
            "times",
            "reported",
            "trigger",
            "errcode",
            "accounts",
            "build",
            "address");

    /** Control characters, format characters and line separators, which could begin a line or disguise a text. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private static final Pattern PLAIN = Pattern.compile("[^\\s\\p{Z}\"=\\\\]+");

    private static final int LONGEST = 128;

    /** The maximum number of groups per minute. Further ones are grouped by type, caller and outcome only. */
    static final int MOST_GROUPS = 200;

    private final EventThrottle<AuditGroup> throttle;

    AuditLog(InstantSource clock) {
        this.throttle = new EventThrottle<>(clock, MOST_GROUPS, AuditGroup::coarser, AuditLog::sumUp);
    }

    @Override
    protected void onAuditEvent(AuditEvent event) {
        AuditGroup group = AuditGroup.of(event);
        if (log.isInfoEnabled() && (group == null || throttle.mayWrite(group, account(event)))) {
            write(event);
        }
    }

    /** Counts an event that only repeats an earlier one, for the summary at the end of the minute. */
    void repeated(AuditEvent event) {
        AuditGroup group = AuditGroup.of(event);
        if (group != null) {
            throttle.suppress(group, account(event));
        }
    }

    /** Writes the summaries of the minutes that have ended. */
    void tick() {
        throttle.tick();
    }

    /** Writes all remaining summaries. */
    @Override
    public void close() {
        throttle.close();
    }

    private static void sumUp(AuditGroup group, Suppressed suppressed) {
        if (log.isInfoEnabled()) {
            write(group.summary(suppressed));
        }
    }

    private static String account(AuditEvent event) {
        return String.valueOf(event.getData().get("account"));
    }

    private static void write(AuditEvent event) {
        String type = printable(event.getType());
        StringBuilder text = new StringBuilder(type);
        LoggingEventBuilder line = log.atInfo();
        // The prefix avoids conflicts with the formats' own fields: they also have a version, a message and a level.
        line = line.addKeyValue("audit.type", type);
        for (Map.Entry<String, Object> field : fields(event).entrySet()) {
            line = line.addKeyValue("audit." + field.getKey(), field.getValue());
            text.append(' ').append(field.getKey()).append('=').append(quoted(field.getValue()));
        }
        line.log(text.toString());
    }

    private static Map<String, Object> fields(AuditEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("caller", event.getPrincipal().isEmpty() ? "-" : printable(event.getPrincipal()));
        Map<String, @Nullable Object> rest = new TreeMap<>(event.getData());
        for (String name : ORDER) {
            put(fields, name, rest.remove(name));
        }
        rest.forEach((name, value) -> put(fields, printable(name), value));
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.putIfAbsent(name, value instanceof Number ? value : printable(value.toString()));
        }
    }

    /** Makes external input safe: it can neither forge a line nor flood the log. */
    private static String printable(String value) {
        String cut = value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "...";
        return isPlain(cut) ? cut : UNPRINTABLE.matcher(cut).replaceAll("?");
    }

    /** Returns whether a value needs no escaping. Most do not, which avoids the patterns when many reports arrive. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c > '~' || c == '"' || c == '=' || c == '\\') {
                return false;
            }
        }
        return !value.isEmpty();
    }

    /** Quotes a value that could look like several fields, such as one with a space. */
    private static String quoted(Object value) {
        String text = value.toString();
        return isPlain(text) || PLAIN.matcher(text).matches()
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
