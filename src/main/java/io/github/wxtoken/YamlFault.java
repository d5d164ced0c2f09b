package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.constructor.DuplicateKeyException;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** Explains malformed YAML to operators, from the line and the parser's message, without quoting either. */
final class YamlFault {

    static final Message TEMPLATE = Message.of(YamlFault.class, "yaml.template");

    static final Message UNKNOWN = Message.of(YamlFault.class, "yaml.unknown");

    private static final Pattern SPECIAL_VALUE = Pattern.compile("^[^#'\"]*?:\\s+[@`%&*!|>{\\[].*");

    private static final Pattern TAB_INDENT = Pattern.compile("^\\s*\\t.*");

    /** A name that is shown: one without digits cannot be a secret. */
    private static final Pattern NAME = Pattern.compile("^\\s*(?:- )?['\"]?([A-Za-z-]{1,30})['\"]?\\s*:.*");

    /** The contexts whose problem is where the parser stopped; in the others it is where the context began. */
    private static final Pattern BLOCK = Pattern.compile("while parsing a block .*|while constructing a mapping");

    private YamlFault() {}

    /** Returns the exception to report; the lines end where the file is not UTF-8. */
    static ConfigFileException explain(Resource file, List<String> lines, YAMLException failure) {
        if (failure instanceof ReaderException unreadable) {
            int line = lineAt(lines, unreadable.getPosition());
            return new ConfigFileException(file, line, 0, message("yaml.control"));
        }
        if (failure instanceof MarkedYAMLException marked) {
            Mark mark = mark(marked);
            if (mark != null) {
                return explain(file, lines, marked, mark);
            }
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CharacterCodingException) {
                return new ConfigFileException(file, lines.size(), 0, message("yaml.utf8"));
            }
        }
        return new ConfigFileException(file, 0, 0, UNKNOWN);
    }

    private static ConfigFileException explain(
            Resource file, List<String> lines, MarkedYAMLException failure, Mark mark) {
        String text = mark.getLine() < lines.size() ? lines.get(mark.getLine()) : "";
        Message reason = failure instanceof DuplicateKeyException
                ? duplicate(lines, mark.getLine(), text)
                : reason(text, Objects.requireNonNullElse(failure.getProblem(), ""));
        return new ConfigFileException(file, mark.getLine() + 1, mark.getColumn() + 1, reason);
    }

    private static @Nullable Mark mark(MarkedYAMLException failure) {
        Mark start = failure.getContextMark();
        String context = failure.getContext();
        boolean started =
                start != null && context != null && !BLOCK.matcher(context).matches();
        return started ? start : failure.getProblemMark();
    }

    private static Message reason(String line, String problem) {
        if (line.contains("{{")) {
            return TEMPLATE;
        }
        if (TAB_INDENT.matcher(line).matches()) {
            return message("yaml.tab");
        }
        if (SPECIAL_VALUE.matcher(line).matches()) {
            return message("yaml.special");
        }
        if (problem.startsWith("found unexpected end of stream")) {
            return message("yaml.quote");
        }
        if (problem.contains("escape")) {
            return message("yaml.escape");
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return message("yaml.colon");
        }
        if (problem.startsWith("could not find expected ':'")) {
            return message("yaml.name");
        }
        if (problem.startsWith("expected <block end>")) {
            return message("yaml.indentation");
        }
        return UNKNOWN;
    }

    private static Message duplicate(List<String> lines, int second, String line) {
        Matcher name = NAME.matcher(line);
        if (!name.matches()) {
            return message("yaml.twice");
        }
        String start = line.substring(0, name.end(1));
        for (int i = second - 1; i >= 0; i--) {
            Matcher earlier = NAME.matcher(lines.get(i));
            if (earlier.matches()
                    && lines.get(i).startsWith(start)
                    && earlier.group(1).equals(name.group(1))) {
                return message("yaml.twice_first", name.group(1), i + 1);
            }
        }
        return message("yaml.twice_name", name.group(1));
    }

    private static Message message(String key, Object... arguments) {
        return Message.of(YamlFault.class, key, arguments);
    }

    private static int lineAt(List<String> lines, int position) {
        int left = position;
        for (int i = 0; i < lines.size(); i++) {
            left -= lines.get(i).codePointCount(0, lines.get(i).length()) + 1;
            if (left < 0) {
                return i + 1;
            }
        }
        return lines.size();
    }
}
