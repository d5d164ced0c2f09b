package io.github.wxtoken.monitor;

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
 * The audit log: one line, in a logger of its own, for every audit event that a room publishes. A line is a text of
 * {@code name=value} pairs, and has the same pairs as fields for structured formats. Thread-safe.
 */
@Component
final class AuditLog extends AbstractAuditListener {

    /** Named apart from the packages, so that an operator who sets their level does not change what is audited. */
    static final String LOGGER = "wxtoken.audit";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);

    /**
     * The fields of a line, in this order; those of an event that are not listed follow them by name. None means a number
     * in one line and a text in another, which collectors with an index refuse.
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

    /** Control and format characters and separators of lines: what could begin a line, or make one look like another. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private static final Pattern PLAIN = Pattern.compile("[^\\s\\p{Z}\"=\\\\]+");

    private static final int LONGEST = 128;

    @Override
    protected void onAuditEvent(AuditEvent event) {
        if (!log.isInfoEnabled()) {
            return;
        }
        String type = printable(event.getType());
        StringBuilder text = new StringBuilder(type);
        LoggingEventBuilder line = log.atInfo();
        // The prefix keeps them from meeting the fields of the formats, which have a version, a message and a level,
        // too.
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

    /** What comes from outside must neither forge a line nor flood the log. */
    private static String printable(String value) {
        String cut = value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "...";
        return isPlain(cut) ? cut : UNPRINTABLE.matcher(cut).replaceAll("?");
    }

    /** Nearly all values are, so that the patterns need not be asked when ten thousand reports come at once. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c > '~' || c == '"' || c == '=' || c == '\\') {
                return false;
            }
        }
        return !value.isEmpty();
    }

    /** In the text, a value with a blank in it must not look like two fields. */
    private static String quoted(Object value) {
        String text = value.toString();
        return isPlain(text) || PLAIN.matcher(text).matches()
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
