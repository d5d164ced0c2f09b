package io.github.wxtoken.simulator;

import java.time.Instant;
import java.util.Random;

/** Generates the random-looking parts of WeChat's answers from a seed: tokens and the {@code rid} of error texts. */
final class RandomText {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Random random;

    RandomText(long seed) {
        random = new Random(seed);
    }

    /** Returns a token of the length most often seen, 135 to 157 characters. */
    synchronized String token() {
        return token(random.nextInt(135, 158));
    }

    synchronized String token(int length) {
        StringBuilder token = new StringBuilder(length);
        token.append(random.nextInt(10, 100)).append('_');
        while (token.length() < length) {
            token.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return token.toString();
    }

    /** Returns WeChat's id of a refused call, which begins with the time. */
    synchronized String rid(Instant now) {
        return " rid: %08x-%08x-%08x".formatted((int) now.getEpochSecond(), random.nextInt(), random.nextInt());
    }
}
