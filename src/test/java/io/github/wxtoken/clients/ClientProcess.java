package io.github.wxtoken.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A client in its own process. It makes one call for each line of its input, and prints {@code answer: } with the result.
 * All its other output is logged. Not thread-safe.
 */
final class ClientProcess implements AutoCloseable {

    private static final String ANSWER = "answer: ";

    private final Process process;
    private final BufferedReader output;
    private final PrintStream input;

    ClientProcess(Path directory, List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Makes the client do one call and returns the result, which begins with "failed" if the SDK reports an error. */
    String call(String line) throws IOException {
        input.println(line);
        for (String answer = output.readLine(); answer != null; answer = output.readLine()) {
            if (answer.startsWith(ANSWER)) {
                return answer.substring(ANSWER.length());
            }
            System.out.println("client: " + answer);
        }
        throw new AssertionError("the client ended during the call " + line);
    }

    @Override
    public void close() {
        // A folder of the test can be deleted only when nothing is written any more.
        process.destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
