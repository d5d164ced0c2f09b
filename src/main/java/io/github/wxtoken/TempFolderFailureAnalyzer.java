package io.github.wxtoken;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains what to mount if the server can create no temporary folder, as in a read-only container. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TempFolderFailureAnalyzer implements FailureAnalyzer {

    private static final String TEMPORARY = "createTempDir";
    private static final String BASE = "initBaseDir";

    private static final String ACTION =
            """
            Make the folder writable for the user of the server. In a read-only container, mount a small tmpfs there:

                docker run --read-only --tmpfs /tmp ...
                Kubernetes: a volume 'emptyDir: {medium: Memory}', mounted at /tmp

            Or choose another folder: JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=<folder>.""";

    private static final String BASE_ACTION =
            "Set the property to a folder that the user of the server may write to, or remove it.";

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        List<Throwable> chain =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
        if (chain.stream().anyMatch(cause -> isIn(cause, TEMPORARY))) {
            String folder = System.getProperty("java.io.tmpdir");
            String description = "The server cannot create a folder in %s, the folder for temporary files: %s."
                    .formatted(folder, Files.exists(Path.of(folder)) ? reason(chain) : "it does not exist");
            return new FailureAnalyzedException(description, ACTION).analysis();
        }
        if (chain.stream().anyMatch(cause -> isIn(cause, BASE))) {
            return new FailureAnalyzedException(
                            "The server cannot use the folder of the property server.tomcat.basedir: it can neither be"
                                    + " created nor written to.",
                            BASE_ACTION)
                    .analysis();
        }
        return null;
    }

    private static boolean isIn(Throwable failure, String method) {
        return Arrays.stream(failure.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    private static String reason(List<Throwable> chain) {
        for (Throwable cause : chain) {
            if (cause instanceof AccessDeniedException) {
                return "this user may not write to it";
            }
            // The operating system's words, such as "Read-only file system" or "No space left on device".
            if (cause instanceof FileSystemException failed && failed.getReason() != null) {
                return failed.getReason();
            }
        }
        return "it cannot be written to";
    }
}
