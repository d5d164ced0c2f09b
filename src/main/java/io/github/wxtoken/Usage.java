package io.github.wxtoken;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The answers to {@code --help} and {@code --version}. */
final class Usage {

    private static final String TEXT =
            """
            wxtoken keeps the access tokens of WeChat accounts fresh and serves them to your servers.

              java -jar wxtoken.jar [--<property>=<value> ...]   start the server
              java -jar wxtoken.jar make-key                     print a new key for a caller, and its digest
              java -jar wxtoken.jar --help | --version           print this text, or the version

            It reads config/application.yml in the working directory. That file lists every property. Environment variables
            (WXTOKEN_REFRESH_LEAD=5m) and arguments (--wxtoken.refresh.lead=5m) override it.

            A running server has its API's description at /openapi.yaml and the status page at /status. README.md and
            src/docs/ of the source describe the rest.
            """;

    private Usage() {}

    static String text() {
        return TEXT;
    }

    /** Returns the version that the build has recorded. */
    static String version() {
        Properties build = new Properties();
        try (InputStream in = Usage.class.getResourceAsStream("/META-INF/build-info.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            // The version is unknown then.
        }
        return "wxtoken " + build.getProperty("build.version", "(unknown version)") + System.lineSeparator();
    }
}
