package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The processes that the benchmark starts: servers and tools. None of them outlives it. */
final class Children {

    /**
     * Environment variables that would configure them in addition to their arguments but are meant for other
     * programs.
     */
    private static final Pattern OPTIONS = Pattern.compile(
            "(JAVA_TOOL|JDK_JAVA|_JAVA|JDK_AOT_VM)_OPTIONS|(SERVER|SPRING|WXTOKEN|MANAGEMENT|LOGGING)[_.].*",
            Pattern.CASE_INSENSITIVE);

    private static final int LINES = 25;

    private static boolean ending;

    private Children() {}

    /**
     * Starts a process.
     *
     * @throws Unable if that is not possible
     */
    static synchronized Process start(ProcessBuilder child) {
        if (ending) {
            throw new Unable("It was told to end.");
        }
        child.environment().keySet().removeIf(OPTIONS.asMatchPredicate());
        try {
            return child.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new Unable(String.valueOf(e.getMessage()));
        }
    }

    /** Runs a process to its end. */
    static Output run(ProcessBuilder child) throws InterruptedException {
        Process process = start(child);
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Output(process.waitFor() != 0, text);
        } catch (IOException e) {
            throw new Unable("Nobody knows what " + child.command() + " said: " + e.getMessage());
        }
    }

    /** Returns the last lines of an output, which contain the reason of a failure. */
    static String end(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }

    /** Kills a process and those that it has started, such as the workers of nginx, and waits for its end. */
    static void end(ProcessHandle child) {
        List<ProcessHandle> started = child.descendants().toList();
        child.destroyForcibly();
        child.onExit().join();
        started.forEach(ProcessHandle::destroyForcibly);
        try {
            // Created by a JVM when jcmd attaches, and left behind when the JVM is killed.
            Files.deleteIfExists(Path.of("/tmp/.java_pid" + child.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills all processes and prevents new ones. */
    static synchronized void endAll() {
        ending = true;
        ProcessHandle.current().descendants().forEach(Children::end);
    }

    /** Returns whether all processes have been ended. */
    static synchronized boolean haveEnded() {
        return ending;
    }

    /** The output of a process, and whether its exit code was other than 0. */
    record Output(boolean failed, String text) {}
}
