package io.github.wxtoken.token;

import java.util.List;

/**
 * What a room has to say about how it was set up, for the one message that the server logs at its start.
 *
 * @param topic what it is about, in a word
 * @param lines what it says: a few lines, none where all is as usual; never a secret
 * @param unsafe what the operator should know to be unsafe, a sentence each
 */
public record StartNote(String topic, List<String> lines, List<String> unsafe) {

    public StartNote {
        lines = List.copyOf(lines);
        unsafe = List.copyOf(unsafe);
    }

    /** A note of nothing unsafe. */
    public static StartNote of(String topic, List<String> lines) {
        return new StartNote(topic, lines, List.of());
    }
}
