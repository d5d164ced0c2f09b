package io.github.wxtoken;

import io.github.wxtoken.support.Message;
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

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        List<Throwable> chain =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
        if (chain.stream().anyMatch(cause -> isIn(cause, TEMPORARY))) {
            String folder = System.getProperty("java.io.tmpdir");
            Object reason = Files.exists(Path.of(folder)) ? reason(chain) : message("temp.absent");
            return analysis(message("temp.description", folder, reason), message("temp.action"));
        }
        if (chain.stream().anyMatch(cause -> isIn(cause, BASE))) {
            return analysis(message("temp.base"), message("temp.base_action"));
        }
        return null;
    }

    private static boolean isIn(Throwable failure, String method) {
        return Arrays.stream(failure.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    private static Object reason(List<Throwable> chain) {
        for (Throwable cause : chain) {
            if (cause instanceof AccessDeniedException) {
                return message("temp.denied");
            }
            // The operating system's words, such as "Read-only file system" or "No space left on device".
            if (cause instanceof FileSystemException failed && failed.getReason() != null) {
                return failed.getReason();
            }
        }
        return message("temp.unwritable");
    }

    private static FailureAnalysis analysis(Message description, Message action) {
        return new FailureAnalyzedException(description.inSystemLanguage(), action.inSystemLanguage()).analysis();
    }

    private static Message message(String key, Object... arguments) {
        return Message.of(TempFolderFailureAnalyzer.class, key, arguments);
    }
}
