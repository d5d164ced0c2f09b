package io.github.wxtoken.wechat;

import java.time.Duration;
import java.util.regex.Pattern;

/** Texts from outside, made fit to be shown: one line, not long, and without a secret. */
final class SafeText {

    private static final int LONGEST = 200;

    /** Control and format characters (which may reorder a line), line ends, unpaired surrogates. */
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    private SafeText() {}

    static String line(String raw) {
        return shortened(UNFIT.matcher(raw).replaceAll(" ").strip());
    }

    /** Blanks the secret out, also where it was broken by characters that are dropped, or would be cut in two. */
    static String line(String raw, AppSecret secret) {
        String bare = secret.mask(UNFIT.matcher(secret.mask(raw)).replaceAll(""));
        return shortened(bare.strip());
    }

    /** A time in seconds, or in milliseconds where it is not so many whole ones. */
    static String of(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private static String shortened(String line) {
        if (line.length() <= LONGEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return line.substring(0, end) + "…";
    }
}
