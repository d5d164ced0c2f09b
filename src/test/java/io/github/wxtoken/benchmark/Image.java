package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * The server as in the image: extracted from its jar, beside its libraries, and started by the commands of the {@code
 * Dockerfile}. The references are beside it, on the same libraries.
 */
final class Image {

    private static final String JAR = "wxtoken.jar";
    private static final String REFERENCES = "references.jar";
    private static final Pattern START = Pattern.compile("^ENTRYPOINT (\\[.*])$", Pattern.MULTILINE);
    private static final Pattern TRAINING = Pattern.compile("^RUN (java (?:.*\\\\\\n)*.*)$", Pattern.MULTILINE);

    private static final String ARCHIVE_OUTPUT = "-XX:AOTCacheOutput=";

    /** Options that only the JDK of the image supports. */
    private static final Pattern ARCHIVE = Pattern.compile("-XX:AOT.*");

    private final Path directory;
    private final Path javaHome = Path.of(System.getProperty("java.home"));
    private final List<String> options;
    private final List<String> start;
    private final List<String> training;

    private Image(Path directory, Path temporary, String dockerfile) {
        this.directory = directory;
        // The files for performance counters are in /tmp regardless, and stay there when a process is killed.
        this.options = List.of("-Djava.io.tmpdir=" + temporary, "-XX:-UsePerfData");
        this.start = List.of(JsonMapper.shared().readValue(find(START, dockerfile), String[].class));
        this.training = List.of(find(TRAINING, dockerfile)
                .replace("\\\n", " ")
                // The commands that follow only clean up.
                .replaceFirst("\\s+&& .*", "")
                .split("\\s+", -1));
    }

    /**
     * Extracts the jar that was built.
     *
     * @param target the directory with the jar, in which a directory for the image is made
     */
    static Image extract(Path target) throws IOException, InterruptedException {
        List<Path> jars = new ArrayList<>();
        try (var files = Files.newDirectoryStream(target, "wxtoken-*.jar")) {
            files.forEach(jars::add);
        }
        if (jars.isEmpty()) {
            throw new Unable("There is no jar in " + target + ". Build it: mvn -B -ntp verify -Pbenchmark");
        }
        if (jars.size() > 1) {
            throw new Unable("Which jar is meant? Leave one of " + jars + ", and delete the others.");
        }
        Path directory = Files.createDirectories(target.resolve("benchmark")).toAbsolutePath();
        FileSystemUtils.deleteRecursively(temporary(target));
        Files.createDirectories(temporary(target));
        Files.copy(jars.get(0), directory.resolve(JAR), StandardCopyOption.REPLACE_EXISTING);
        Image image = new Image(directory.resolve("app"), temporary(target), Files.readString(Path.of("Dockerfile")));
        image.run(
                directory,
                List.of("java", "-Djarmode=tools", "-jar", JAR, "extract", "--force", "--destination", "app"));
        image.addReferences();
        return image;
    }

    /** Returns the directory for the temporary files of the processes. */
    static Path temporary(Path target) {
        return target.resolve("benchmark/tmp").toAbsolutePath();
    }

    Path directory() {
        return directory;
    }

    Path javaHome() {
        return javaHome;
    }

    /** Returns whether this JDK supports the image's archive. */
    boolean hasArchive() {
        return Runtime.version().feature() >= 25;
    }

    /** Creates the archive that makes the image start faster. */
    void train() throws IOException, InterruptedException {
        Path archive = directory.resolve(training.stream()
                .filter(part -> part.startsWith(ARCHIVE_OUTPUT))
                .map(part -> part.substring(ARCHIVE_OUTPUT.length()))
                .findFirst()
                .orElseThrow(() -> new Unable("The RUN java line of the Dockerfile has no " + ARCHIVE_OUTPUT)));
        Files.deleteIfExists(archive);
        String said = run(directory, training);
        // The JVM exits successfully even if it could not create the archive.
        if (!Files.exists(archive) || Files.size(archive) == 0) {
            throw new Unable(String.join(" ", training) + " made no " + archive + ":\n" + Children.end(said));
        }
    }

    /** Returns the command that starts the server, as in the image. */
    List<String> server(List<String> arguments) {
        return command(hasArchive() ? start : withoutArchive(), arguments);
    }

    /** Returns the same command without the archive. */
    List<String> serverWithoutArchive(List<String> arguments) {
        return command(withoutArchive(), arguments);
    }

    /**
     * Returns the command that starts a reference with the options of the image. An archive fits only one
     * application.
     */
    List<String> reference(Class<?> main, List<String> arguments) {
        List<String> options = new ArrayList<>(withoutArchive());
        int jar = options.indexOf("-jar");
        List<String> all = new ArrayList<>(options.subList(0, jar));
        all.addAll(List.of("-cp", REFERENCES, main.getName()));
        return command(all, arguments);
    }

    private List<String> withoutArchive() {
        return start.stream().filter(part -> !ARCHIVE.matcher(part).matches()).toList();
    }

    private List<String> command(List<String> parts, List<String> arguments) {
        List<String> command = new ArrayList<>(parts);
        command.set(0, javaHome.resolve("bin/java").toString());
        command.addAll(1, options);
        command.addAll(arguments);
        return command;
    }

    private String run(Path where, List<String> parts) throws InterruptedException {
        Children.Output output = Children.run(new ProcessBuilder(command(parts, List.of())).directory(where.toFile()));
        if (output.failed()) {
            throw new Unable(String.join(" ", parts) + " failed:\n" + Children.end(output.text()));
        }
        return output.text();
    }

    /** Adds a jar with the references to the same class path. */
    private void addReferences() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (JarFile jar = new JarFile(directory.resolve(JAR).toFile())) {
            manifest.getMainAttributes()
                    .put(
                            Attributes.Name.CLASS_PATH,
                            jar.getManifest().getMainAttributes().getValue("Class-Path"));
        }
        try (OutputStream file = Files.newOutputStream(directory.resolve(REFERENCES));
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            for (Class<?> main : List.of(BareServlet.class, RelayUpstream.class, EmptyApplication.class)) {
                List<Class<?>> all = new ArrayList<>(List.of(main.getDeclaredClasses()));
                all.add(main);
                for (Class<?> each : all) {
                    String name = each.getName().replace('.', '/') + ".class";
                    jar.putNextEntry(new JarEntry(name));
                    try (InputStream in =
                            Objects.requireNonNull(Image.class.getClassLoader().getResourceAsStream(name))) {
                        in.transferTo(jar);
                    }
                }
            }
        }
    }

    private static String find(Pattern pattern, String dockerfile) {
        Matcher matcher = pattern.matcher(dockerfile);
        if (!matcher.find()) {
            throw new Unable("The Dockerfile has no line like " + pattern);
        }
        return matcher.group(1);
    }
}
