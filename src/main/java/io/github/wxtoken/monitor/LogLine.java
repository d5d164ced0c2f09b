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

/** A line of the event log about one token: a text, and the same facts as fields, for structured formats. */
final class LogLine {

    /** Keeps them from meeting the fields of the formats, which have a version, too. */
    static final String PREFIX = "wxtoken.";

    private final Subject kind;
    private final Level level;
    private final String appid;
    private final String name;
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private String text = "";
    private int errcode;
    private @Nullable String hint;

    /** Begins a line. One at DEBUG is not counted with those of its kind. */
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

    /** Adds why something failed. */
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

    LogLine say(String words) {
        text = name + ": " + words;
        return this;
    }

    Level level() {
        return level;
    }

    String appid() {
        return appid;
    }

    /** What it has in common with those of other accounts. */
    Topic topic() {
        return new Topic(kind, errcode, hint);
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

    /** What a line is about. */
    enum Subject {
        REFRESHED("have a new token"),
        RECOVERED("are refreshed again"),
        REISSUED("were handed out a token that WeChat refuses"),
        FAILED("failed to refresh their token"),
        STILL_FAILING("still fail to refresh their token"),
        UNSERVED("have NO USABLE TOKEN"),
        CONTESTED("had their token ended by somebody else"),
        DEAD("have a token that WeChat no longer accepts"),
        REPORTED("had a reported token replaced"),
        ADOPTED("have a token that another replica has fetched"),
        ORDERED("had something ordered by an operator");

        private final String words;

        Subject(String words) {
            this.words = words;
        }
    }

    /**
     * What the lines of many accounts may have in common.
     *
     * @param kind what they are about
     * @param errcode WeChat's, or 0 for none
     * @param hint the key of what to do about it
     */
    record Topic(Subject kind, int errcode, @Nullable String hint) {

        /** Says of how many more accounts there would have been such a line. */
        void sumUp(Logger log, Level level, int more) {
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
