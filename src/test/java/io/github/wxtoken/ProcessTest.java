package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the server as its own process: how it starts without an account and how it shuts down. */
@Tag("processes")
class ProcessTest {

    /**
     * The documented limit is 5; twice that allows for a busy machine and is still less than the time limit of a
     * WeChat call.
     */
    private static final int PATIENCE_SECONDS = 10;

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private final List<Process> processes = new ArrayList<>();

    /** The language of the machine on which the next server starts. */
    private String language = "en";

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        processes.forEach(Process::destroyForcibly);
        wechat.close();
    }

    @Test
    void withoutAnAccountItSaysWhatToDo() throws Exception {
        Process process = start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .contains("There is no config/application.yml in this directory")
                .contains("WECHAT_APPID", "WECHAT_SECRET", "config/application.yml", "mvn spring-boot:test-run")
                .doesNotContain("\tat ");
    }

    @Test
    void itMakesKeys() throws Exception {
        Process process = start("make-key");
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        Matcher printed = Pattern.compile("key: {4}([A-Za-z0-9_-]{43})\\Rsha256: ([0-9a-f]{64})\\R")
                .matcher(output);
        assertThat(printed.matches()).as(output).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(printed.group(1).getBytes(StandardCharsets.UTF_8));
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(printed.group(2));
    }

    @Test
    void anArgumentThatIsNotKnownStartsNothing() throws Exception {
        Process process = start("makekey-canary");
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(output).contains("Unknown argument", "make-key").doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource({"--help, make-key", "-h, config/application.yml", "help, /openapi.yaml", "--version, wxtoken "})
    void helpAndVersionStartNothing(String argument, String expected) throws Exception {
        Process process = start(argument);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output).contains(expected).doesNotContain("Starting WxTokenApplication");
        assertThat(output.lines()).hasSizeLessThan(20);
    }

    @Test
    void aBrokenFileIsExplainedInFewLines() throws Exception {
        Path file = Files.writeString(
                Files.createDirectory(directory.resolve("config")).resolve("application.yml"),
                "wxtoken:\n  accounts:\n    main:\n      secret: @canary\n");
        Process process = start("--wxtoken.accounts.main.appid=wx0");
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output).contains(file + ", line 4", "in single quotes").doesNotContain("canary", "\tat ");
        assertThat(output.lines()).hasSizeLessThan(20);
    }

    /** On a Chinese machine it is explained in Chinese, but never in question marks. */
    @ParameterizedTest
    @CsvSource({"C.UTF-8, 第 4 行.*单引号", "POSIX, line 4.*in single quotes|第 4 行.*单引号"})
    void aBrokenFileIsExplainedInTheLanguageOfTheMachine(String locale, String reason) throws Exception {
        Files.writeString(
                Files.createDirectory(directory.resolve("config")).resolve("application.yml"),
                "wxtoken:\n  accounts:\n    main:\n      secret: @canary\n");
        language = "zh";
        Process process = start(Map.of("LC_ALL", locale));
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .containsPattern(Pattern.compile(reason, Pattern.DOTALL))
                .doesNotContain("??", "canary", "\tat ");
    }

    @ParameterizedTest
    @CsvSource({"missing, it does not exist", "file, Not a directory", "/proc, it cannot be written to"})
    void withoutATemporaryFolderItSaysWhatToMount(String folder, String reason) throws Exception {
        Files.createFile(directory.resolve("file"));
        Path temporary = directory.resolve(folder);
        Process process = start(
                Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary),
                "--server.port=0",
                "--wxtoken.accounts.main.appid=" + APPID,
                "--wxtoken.accounts.main.secret=canary");
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .contains("cannot create a folder in " + temporary, reason, "--tmpfs /tmp")
                .doesNotContain("canary", "\tat ");
    }

    /** JDK 17 would print question marks. */
    @Test
    void theLogIsLegibleUnderABareLocale() throws Exception {
        wechat.account(APPID, "another secret");
        Process process = start(
                Map.of("LC_ALL", "POSIX"),
                "--server.port=0",
                "--wxtoken.accounts.main.appid=" + APPID,
                "--wxtoken.accounts.main.secret=" + SECRET,
                "--wxtoken.wechat.hosts="
                        + wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(",")));
        assertThat(await(reader(process), "40125"))
                .containsPattern("\\p{IsHan}")
                .doesNotContain("??");
    }

    @Test
    void theFetchUnderWayIsCommittedBeforeItEnds() throws Exception {
        wechat.account(APPID, SECRET);
        wechat.faults().on(CallKind.TOKEN).always(Fault.ANSWER_HELD);
        Process process = startWithAccount();
        BufferedReader output = reader(process);
        await(output, "Started WxTokenApplication");
        wechat.faults().awaitHeld(1);
        terminate(process);
        await(output, "graceful shutdown");
        wechat.faults().clear();
        await(output, "new token");
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("gone")
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
    }

    @Test
    void aWeChatThatHangsDoesNotKeepItFromEnding() throws Exception {
        wechat.account(APPID, SECRET);
        wechat.faults().on(CallKind.TOKEN).always(Fault.ANSWER_HELD);
        Process process = startWithAccount();
        BufferedReader output = reader(process);
        String port = await(output, "Tomcat started on port ").replaceAll(".* on port (\\d+) .*", "$1");
        URI base = URI.create("http://127.0.0.1:" + port);
        await(output, "Started WxTokenApplication");
        wechat.faults().awaitHeld(1);
        try (Socket waiting = new Socket(base.getHost(), base.getPort())) {
            waiting.getOutputStream().write("GET /token HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            // Connections are accepted in order: an answer to this one shows that the other was accepted as well.
            assertThat(alive(base)).isEqualTo(200);
            terminate(process);
            assertThat(new String(waiting.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .as("who waits is told")
                    .startsWith("HTTP/1.1 503");
        }
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("gone")
                .isTrue();
        assertThat(output.lines().collect(Collectors.joining("\n"))).contains("it is abandoned");
    }

    private static int alive(URI base) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/actuator/health/liveness"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private Process startWithAccount() throws IOException {
        return start(
                "--server.port=0",
                "--wxtoken.accounts.main.appid=" + APPID,
                "--wxtoken.accounts.main.secret=" + SECRET,
                "--wxtoken.wechat.call-timeout=14s",
                "--wxtoken.wechat.hosts="
                        + wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(",")));
    }

    private Process start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    private Process start(Map<String, String> variables, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=" + language,
                "-cp",
                System.getProperty("java.class.path"),
                WxTokenApplication.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Sends SIGTERM with the handle: {@code Process.destroy} would also close its output. */
    private static void terminate(Process process) {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String await(BufferedReader output, String wanted) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.contains(wanted)) {
                return line;
            }
        }
        throw new AssertionError("no '" + wanted + "' in\n" + String.join("\n", lines));
    }
}
