package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import java.io.IOException;
import org.springframework.core.io.Resource;

/**
 * Thrown if a configuration file cannot be read. It has neither the text of the file nor a cause that quotes it, because
 * the text may be secret.
 */
final class ConfigFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String place;
    private final String reason;

    /** Creates an exception for a line and column, counted from 1; 0 if they are unknown. */
    ConfigFileException(Resource file, int line, int column, Message reason) {
        super("A configuration file cannot be read");
        this.place = place(name(file), line, column);
        this.reason = reason.inSystemLanguage();
    }

    private static String place(String name, int line, int column) {
        if (line == 0) {
            return name;
        }
        Message place = column == 0
                ? Message.of(ConfigFileException.class, "file.line", name, line)
                : Message.of(ConfigFileException.class, "file.column", name, line, column);
        return place.inSystemLanguage();
    }

    private static String name(Resource file) {
        try {
            return file.isFile() ? file.getFile().getAbsolutePath() : file.getDescription();
        } catch (IOException e) {
            return file.getDescription();
        }
    }

    /** Returns the name of the file, and the line and column if they are known. */
    String place() {
        return place;
    }

    /** Returns what is wrong and what to do, without the text of the file. */
    String reason() {
        return reason;
    }
}
