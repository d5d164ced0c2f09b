package io.github.wxtoken.clients;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Installs npm packages for tests. */
final class Npm {

    private Npm() {}

    /**
     * Installs packages into a folder, unless they are there. Aborts the test if there is no npm, or it cannot fetch
     * them.
     */
    static void install(Path folder, String... packages) throws IOException, InterruptedException {
        Path done = folder.resolve("installed.txt");
        if (Files.exists(done) && Files.readAllLines(done).equals(List.of(packages))) {
            return;
        }
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of(
                "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", "."));
        command.addAll(List.of(packages));
        try {
            Process npm = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("npm.log").toFile())
                    .start();
            if (!npm.waitFor(2, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                npm.descendants().forEach(ProcessHandle::destroy);
                npm.destroy();
                abort("SKIPPED: npm could not install " + String.join(" ", packages) + ", see "
                        + folder.resolve("npm.log"));
            }
        } catch (IOException e) {
            abort("SKIPPED: Node and npm are not installed, so no npm client was tried");
        }
        Files.write(done, List.of(packages));
    }
}
