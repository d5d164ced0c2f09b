package io.github.wxtoken.monitor;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenKey;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** A line of the event log about one token: a text, and the same facts as fields for structured log formats. */
final class LogLine {

    /** Avoids conflicts of the fields with the formats' own, which also have a version. */
    static final String PREFIX = "wxtoken.";

    private final Subject kind;
    private final Level level;
    private final String appid;
    private final String name;
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private String text = "";
    private int errcode;
    private @Nullable String hint;

    /** Creates a line. Lines at DEBUG are not throttled. */
    LogLine(Subject kind, Level level, Account account, TokenKey key) {
        this.kind = kind;
        this.level = level;
        this.appid = account.appid();
        String type = key.kind().type();
        this.name =
                "account '" + account.name() + "' (" + account.appid() + ")" + (type == null ? "" : ", ticket " + type);
        with("account", account.name()).with("appid", appid);
        if (type != null) {
            with("ticket", type);
        }
    }

    LogLine with(String field, Object value) {
        fields.put(PREFIX + field, value);
        return this;
    }

    /** Adds a failure. */
    LogLine with(Failure failure) {
        errcode = failure.errcode();
        hint = failure.hint();
        if (errcode != 0) {
            with("errcode", errcode);
        }
        return with("attempts", failure.attempts())
                .with("since", failure.since().toString())
                .with("retry_at", failure.retryAt().toString());
    }

    LogLine text(String words) {
        text = name + ": " + words;
        return this;
    }

    Level level() {
        return level;
    }

    String appid() {
        return appid;
    }

    /** Returns the topic, by which lines of different accounts are grouped. */
    Topic topic() {
        return new Topic(kind, level, errcode, hint);
    }

    void write(Logger log) {
        write(log, level, fields, text);
    }

    private static void write(Logger log, Level level, Map<String, Object> fields, String text) {
        LoggingEventBuilder line = log.atLevel(level);
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log(text);
    }

    /** The subject of a line. */
    enum Subject {
        REFRESHED("have a new token"),
        RECOVERED("are refreshed again"),
        REISSUED("got a token again that WeChat rejects"),
        FAILED("failed to refresh their token"),
        STILL_FAILING("still fail to refresh their token"),
        UNSERVED("have NO USABLE TOKEN"),
        CONTESTED("had a token that was ended, but not by this server"),
        DEAD("have a token that WeChat no longer accepts"),
        REPORTED("had a reported token replaced"),
        ADOPTED("took over a token from another replica"),
        ORDERED("had an action ordered by an operator");

        private final String words;

        Subject(String words) {
            this.words = words;
        }
    }

    /**
     * The grouping key of lines about different accounts.
     *
     * @param kind the subject of the lines
     * @param level their level
     * @param errcode WeChat's {@code errcode}, or 0 for none
     * @param hint the key of the hint how to fix the problem, or null
     */
    record Topic(Subject kind, Level level, int errcode, @Nullable String hint) {

        /** Returns the topic for the lines of further topics. */
        Topic coarser() {
            return new Topic(kind, level, 0, null);
        }

        /** Logs the number of accounts whose lines were suppressed. */
        void sumUp(Logger log, int more) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put(PREFIX + "more", more);
            if (errcode != 0) {
                fields.put(PREFIX + "errcode", errcode);
            }
            String text = "... and " + more + " more account(s) " + kind.words + (errcode == 0 ? "" : ": " + errcode);
            write(log, level, fields, hint == null ? text : text + ". " + Hints.text(hint, "", Locale.ENGLISH));
        }
    }
}
