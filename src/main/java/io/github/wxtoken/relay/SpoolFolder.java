package io.github.wxtoken.relay;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/** The folder of the temporary files for bodies. Only the owner of the process can read them. Thread-safe. */
class SpoolFolder {

    private static final Logger log = LoggerFactory.getLogger(SpoolFolder.class);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Path folder;
    private final InstantSource clock;
    private @Nullable Instant lastWarning;

    SpoolFolder(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Creates a file that has no name any more once it is open, so a process that is killed leaves nothing. Where an open
     * file cannot lose its name, the operating system deletes it when it is closed.
     *
     * @throws IOException if the folder takes no file
     */
    FileChannel newFile() throws IOException {
        Path file = Files.createTempFile(folder, "wxtoken-relay-", ".body");
        try {
            return FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Returns the problem of a body that could not be kept, and warns the operator, at most once a minute. */
    RelayException failed(IOException e) {
        if (mayWarn()) {
            log.warn(
                    "Relayed bodies over 64 KB cannot be kept in {}: {}. Such calls get 503. Free or mount space there,"
                            + " or name another folder with -Djava.io.tmpdir.",
                    folder,
                    reason(e));
        }
        return RelayException.problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "The server could not keep the body in a temporary file; its log says why. Nothing was sent to WeChat.");
    }

    private synchronized boolean mayWarn() {
        Instant now = clock.instant();
        if (lastWarning != null && now.isBefore(lastWarning.plus(MINUTE))) {
            return false;
        }
        lastWarning = now;
        return true;
    }

    /** Returns the operating system's words, such as "No space left on device". */
    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "the folder does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
