package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpStatus;

/** Tests the temporary files of bodies: what others see of them, and what happens if there can be none. */
@ExtendWith(OutputCaptureExtension.class)
final class SpooledBodyTest {

    private static final int MOST = 1 << 20;
    private static final byte[] BODY = new byte[100_000];
    private static final String WARNING = "Relayed bodies over 64 KB cannot be kept in ";

    @TempDir
    private Path directory;

    private Instant now = Instant.parse("2026-07-01T00:00:00Z");
    private final List<FileChannel> opened = new ArrayList<>();

    SpooledBodyTest() {
        new Random(1).nextBytes(BODY);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aFileHasNoNameWhileItIsUsed() throws IOException {
        try (SpooledBody body = read(folder(directory))) {
            assertThat(opened).singleElement().matches(FileChannel::isOpen);
            assertThat(files()).isEmpty();
            for (int i = 0; i < 2; i++) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                body.writeTo(out);
                assertThat(out.toByteArray()).isEqualTo(BODY);
            }
        }
        assertThat(opened).noneMatch(FileChannel::isOpen);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onlyItsOwnerMayReadAFile() throws IOException {
        try (SpooledBody body = read(folder(directory));
                Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(body.length()).isEqualTo(BODY.length);
            List<Path> own = descriptors
                    .filter(descriptor -> linkOf(descriptor).startsWith(directory.toString()))
                    .toList();
            assertThat(own).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.get(0))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void withoutAFolderTheCallerIsRefusedAndTheOperatorIsWarnedOnceAMinute(CapturedOutput output) {
        SpoolFolder missing = folder(directory.resolve("missing"));
        for (int i = 0; i < 3; i++) {
            assertUnavailable(missing);
        }
        assertThat(output.getAll()).containsOnlyOnce(WARNING + directory.resolve("missing") + ": the folder does not");
        assertThat(output.getAll()).contains("-Djava.io.tmpdir").doesNotContain("Exception", "\tat ");
        now = now.plusSeconds(60);
        assertUnavailable(missing);
        assertThat(output.getAll().split(WARNING, -1)).hasSize(3);
    }

    @Test
    void aFolderThatTakesNoFileIsUnavailable(CapturedOutput output) throws IOException {
        assertUnavailable(folder(Files.createFile(directory.resolve("no folder"))));
        assertThat(output.getAll()).contains(WARNING).doesNotContain("Exception");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullFolderLeavesNoDescriptor(CapturedOutput output) {
        assertUnavailable(new SpoolFolder(directory, () -> now) {
            @Override
            FileChannel newFile() throws IOException {
                // Each write to it fails like that to a full disk.
                FileChannel full =
                        FileChannel.open(Path.of("/dev/full"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                opened.add(full);
                return full;
            }
        });
        assertThat(output.getAll()).contains(WARNING, "No space left on device");
        assertThat(opened).hasSize(1).noneMatch(FileChannel::isOpen);
    }

    @Test
    void aBodyThatIsTooLargeOrBreaksLeavesNothing() throws IOException {
        assertThatThrownBy(
                        () -> SpooledBody.read(new ByteArrayInputStream(BODY), -1, BODY.length - 1, folder(directory)))
                .isInstanceOfSatisfying(
                        RelayException.class, e -> assertThat(e.status()).isEqualTo(HttpStatus.CONTENT_TOO_LARGE));
        InputStream breaks = new FilterInputStream(new ByteArrayInputStream(new byte[80_000])) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                if (read < 0) {
                    throw new IOException("broken");
                }
                return read;
            }
        };
        assertThatThrownBy(() -> SpooledBody.read(breaks, -1, MOST, folder(directory)))
                .isInstanceOf(IOException.class);
        assertThat(opened).hasSize(2).noneMatch(FileChannel::isOpen);
        assertThat(files()).isEmpty();
    }

    private SpoolFolder folder(Path path) {
        return new SpoolFolder(path, () -> now) {
            @Override
            FileChannel newFile() throws IOException {
                FileChannel file = super.newFile();
                opened.add(file);
                return file;
            }
        };
    }

    private static SpooledBody read(SpoolFolder folder) throws IOException {
        return SpooledBody.read(new ByteArrayInputStream(BODY), -1, MOST, folder);
    }

    private static void assertUnavailable(SpoolFolder folder) {
        RelayException refusal = catchThrowableOfType(RelayException.class, () -> read(folder));
        assertThat(refusal.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining("Nothing was sent to WeChat");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static String linkOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // It was closed meanwhile.
            return "";
        }
    }
}
