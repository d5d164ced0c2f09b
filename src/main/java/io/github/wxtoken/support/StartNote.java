package io.github.wxtoken.support;

import java.util.List;

/**
 * A part of the startup message: how one package is configured.
 *
 * @param topic the subject in one word
 * @param lines the settings in a few lines, without secrets; empty if all are the defaults
 * @param unsafe warnings about unsafe settings, one sentence each
 */
public record StartNote(String topic, List<String> lines, List<String> unsafe) {

    public StartNote {
        lines = List.copyOf(lines);
        unsafe = List.copyOf(unsafe);
    }

    /** Returns a note without warnings. */
    public static StartNote of(String topic, List<String> lines) {
        return new StartNote(topic, lines, List.of());
    }
}
