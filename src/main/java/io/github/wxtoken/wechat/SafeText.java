package io.github.wxtoken.wechat;

import java.time.Duration;
import java.util.regex.Pattern;

/** Makes external text safe to show: a single short line without secrets. */
final class SafeText {

    private static final int LONGEST = 200;

    /** Control and format characters (which may reorder a line), line ends, unpaired surrogates. */
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    private SafeText() {}

    static String line(String raw) {
        return shortened(UNFIT.matcher(raw).replaceAll(" ").strip());
    }

    /** Masks the secret, even where removed characters split it or truncation would cut it. */
    static String line(String raw, AppSecret secret) {
        String bare = secret.mask(UNFIT.matcher(secret.mask(raw)).replaceAll(""));
        return shortened(bare.strip());
    }

    /** Formats a duration in seconds, or in milliseconds if it is not a whole number of seconds. */
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
