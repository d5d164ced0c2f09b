package io.github.wxtoken.support;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for the names that operators choose for accounts and callers. */
final class ConfiguredNames {

    private static final int LONGEST = 64;
    private static final int ASCII = 128;

    /**
     * Characters that cannot be shown in one line, that servers and firewalls reject in a path, that separate names in
     * a list, or that delimit a property name or a placeholder.
     */
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}/\\\\;%,\\[\\]{}]");

    /** Blank names, and names with a space at an end, which files and shells drop. */
    private static final Pattern SPACED = Pattern.compile("|[\\s\\p{Z}].*|.*[\\s\\p{Z}]", Pattern.DOTALL);

    /** Segments of a path that clients resolve themselves. */
    private static final Set<String> RELATIVE = Set.of(".", "..");

    /** The names that are an element of a property name without brackets and without an equal spelling. */
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9]+");

    private static final Pattern NEITHER_LETTER_NOR_DIGIT = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]");

    private ConfiguredNames() {}

    /**
     * Returns the reason why a name cannot be used, or null if it can.
     *
     * @param kind what has the name
     */
    static @Nullable Message flaw(String name, boolean withoutColon, Message kind) {
        if (name.indexOf('\uFFFD') >= 0) {
            return Message.of(ConfiguredNames.class, "name.lost");
        }
        if (isMisread(name)) {
            return Message.of(ConfiguredNames.class, "name.misread");
        }
        boolean colon = withoutColon && name.contains(":");
        if (isAllowed(name) && !colon) {
            return null;
        }
        Message rule = Message.of(ConfiguredNames.class, "name.rule");
        return Message.of(
                ConfiguredNames.class,
                "name.unusable",
                kind,
                SafeText.distinctLine(name),
                withoutColon ? Message.of(ConfiguredNames.class, "name.rule_of_caller", rule) : rule);
    }

    /** Returns whether a name can be shown in logs, metrics and on the page, and used in a URL. */
    private static boolean isAllowed(String name) {
        return name.codePointCount(0, name.length()) <= LONGEST
                && !UNFIT.matcher(name).find()
                && !SPACED.matcher(name).matches()
                && !RELATIVE.contains(name);
    }

    /** Returns whether a name is UTF-8 that was read as ISO-8859-1. Such a name looks like {@code Ã©}. */
    private static boolean isMisread(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        if (!new String(bytes, StandardCharsets.ISO_8859_1).equals(name)
                || name.chars().allMatch(c -> c < ASCII)) {
            return false;
        }
        // Anything that is not UTF-8 becomes a replacement character.
        return new String(bytes, StandardCharsets.UTF_8).indexOf('\uFFFD') < 0;
    }

    /**
     * Returns the prefix of the properties of a name. Spring Boot compares names in brackets exactly; without brackets,
     * it ignores case and dashes.
     */
    static String prefix(String root, String name) {
        return root + (PLAIN.matcher(name).matches() ? "." + name : "[" + name + "]");
    }

    /** Returns the spellings of a name in an environment variable, in lower case. */
    static Set<String> inVariables(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Set.copyOf(List.of(
                lower,
                NEITHER_LETTER_NOR_DIGIT.matcher(lower).replaceAll(""),
                NEITHER_LETTER_NOR_DIGIT.matcher(lower).replaceAll("_")));
    }
}
