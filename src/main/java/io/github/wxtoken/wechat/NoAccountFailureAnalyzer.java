package io.github.wxtoken.wechat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains to a new user who has configured no account what to do next. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NoAccountFailureAnalyzer extends AbstractFailureAnalyzer<NoAccountException> {

    private static final String DESCRIPTION = "No WeChat account is configured.";

    private static final Path FILE = Path.of("config", "application.yml");

    /** When the jar is started in another directory, nothing reads the two variables even if both are set. */
    private static final String NO_FILE =
            """
            There is no config/application.yml in this directory. Start the server in the directory that contains
            config/, or set WXTOKEN_ACCOUNTS_MAIN_APPID and WXTOKEN_ACCOUNTS_MAIN_SECRET, which need no file.
            Otherwise:

            """;

    private static final String ACTION =
            """
            Set the environment variables WECHAT_APPID and WECHAT_SECRET, which config/application.yml reads:

                wxtoken.accounts.main.appid: ${WECHAT_APPID}
                wxtoken.accounts.main.secret: ${WECHAT_SECRET}

            or name your accounts in config/application.yml. To try the server without an account, run

                mvn spring-boot:test-run
            """
                    .strip();

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoAccountException cause) {
        String action = Files.exists(FILE) ? ACTION : NO_FILE + ACTION;
        return new FailureAnalysis(DESCRIPTION, action, cause);
    }
}
