package io.github.wxtoken;

import io.github.wxtoken.caller.Key;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/**
 * The main class: wires the packages and starts the server. With the argument {@code make-key} it only prints a new
 * key; with {@code --help} or {@code --version} it only prints these.
 *
 * <p>Excludes Spring Boot's {@code /error}, which sends HTML to browsers: the api package reports errors itself.
 */
@SpringBootApplication(proxyBeanMethods = false, exclude = ErrorMvcAutoConfiguration.class)
public final class WxTokenApplication {

    private static final Set<String> HELP = Set.of("--help", "-h", "help");
    private static final Set<String> VERSION = Set.of("--version", "-V", "version");

    public static void main(String[] args) {
        if (Arrays.equals(args, new String[] {"make-key"})) {
            makeKey(System.out);
        } else if (asks(args, HELP)) {
            System.out.print(Usage.text());
        } else if (asks(args, VERSION)) {
            System.out.print(Usage.version());
        } else if (Arrays.stream(args).allMatch(argument -> argument.startsWith("--"))) {
            SpringApplication.run(WxTokenApplication.class, args);
        } else {
            // Does not quote the argument, which may be a key or a secret.
            System.err.println(
                    "Unknown argument. Start the server with properties only, like --server.port=8080, or print a new"
                            + " key with: make-key. See --help.");
            System.exit(2);
        }
    }

    /** Returns whether there is such an option: anywhere, because the entry point of an image may add others. */
    private static boolean asks(String[] args, Set<String> options) {
        return Arrays.stream(args).anyMatch(options::contains);
    }

    private static void makeKey(PrintStream out) {
        Key key = Key.random();
        out.println("key:    " + key.value());
        out.println("sha256: " + key.sha256());
    }
}
