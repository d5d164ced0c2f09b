package io.github.wxtoken.startup;

import java.util.List;

/**
 * A part of the message that the server logs at its start: how one package is set up.
 *
 * @param topic the subject, in a word
 * @param lines the settings, a few lines; none where all is as usual; never a secret
 * @param unsafe what the operator should know to be unsafe, a sentence each
 */
public record StartNote(String topic, List<String> lines, List<String> unsafe) {

    public StartNote {
        lines = List.copyOf(lines);
        unsafe = List.copyOf(unsafe);
    }

    /** Returns a note without anything unsafe. */
    public static StartNote of(String topic, List<String> lines) {
        return new StartNote(topic, lines, List.of());
    }
}
