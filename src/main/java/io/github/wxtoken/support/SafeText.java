package io.github.wxtoken.support;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Makes external text safe to show: a single line of at most 200 characters without control or format characters. */
public final class SafeText {

    private static final int LONGEST = 200;

    /** Control and format characters (which may reorder a line), line ends, unpaired surrogates. */
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    private SafeText() {}

    /** Makes a text safe and masks its secrets, even where removed characters split them or truncation would cut them. */
    public static String line(String raw, UnaryOperator<String> mask) {
        String bare = mask.apply(UNFIT.matcher(mask.apply(raw)).replaceAll(""));
        return shortened(bare.strip(), LONGEST);
    }

    /**
     * Returns a text that needs no change as it is. Any other text ends with a digest of the original, so that
     * different texts stay different.
     */
    public static String distinctLine(String raw) {
        String line = UNFIT.matcher(raw).replaceAll(" ").strip();
        if (line.equals(raw) && line.length() <= LONGEST) {
            return raw;
        }
        String mark = "~" + digest(raw);
        return shortened(line, LONGEST - mark.length()) + mark;
    }

    private static String digest(String text) {
        try {
            // Not UTF-8, in which all unpaired surrogates would be the same.
            byte[] bytes = new byte[2 * text.length()];
            for (int i = 0; i < text.length(); i++) {
                bytes[2 * i] = (byte) (text.charAt(i) >> Byte.SIZE);
                bytes[2 * i + 1] = (byte) text.charAt(i);
            }
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static String shortened(String line, int longest) {
        if (line.length() <= longest) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(longest - 2)) ? longest - 2 : longest - 1;
        return line.substring(0, end) + "…";
    }
}
