package io.github.wxtoken.wechat;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells a newcomer who has configured no account what to do next. */
final class NoAccountFailureAnalyzer extends AbstractFailureAnalyzer<NoAccountException> {

    private static final String DESCRIPTION = "No WeChat account is configured.";

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
        return new FailureAnalysis(DESCRIPTION, ACTION, cause);
    }
}
