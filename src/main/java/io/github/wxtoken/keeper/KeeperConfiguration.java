package io.github.wxtoken.keeper;

import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.support.EnumNames;
import io.github.wxtoken.support.StartNote;
import io.github.wxtoken.support.StoreCondition;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Configures the keeper around the {@link TokenSource} and the {@link Accounts} that other packages provide. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RefreshProperties.class, StoreProperties.class})
class KeeperConfiguration {

    /** The maximum number of accounts named in the startup message. */
    private static final int NAMED_AT_START = 10;

    @Bean
    InstantSource clock() {
        return new SteadyClock(InstantSource.system(), System::nanoTime);
    }

    @Bean
    @Conditional(StoreCondition.Memory.class)
    TokenStore memoryTokenStore(InstantSource clock) {
        return new MemoryTokenStore(clock);
    }

    @Bean
    @Order(1)
    StartNote accountsNote(Accounts accounts) {
        List<Account> all = accounts.all();
        List<String> lines = new ArrayList<>(List.of(Integer.toString(all.size())));
        all.stream().limit(NAMED_AT_START).map(KeeperConfiguration::line).forEach(lines::add);
        if (all.size() > NAMED_AT_START) {
            lines.add("... and " + (all.size() - NAMED_AT_START) + " more");
        }
        return StartNote.of("accounts", lines);
    }

    private static String line(Account account) {
        StringBuilder line =
                new StringBuilder(account.name() + " (" + account.appid() + "), " + EnumNames.lowerCase(account.api()));
        account.keys().stream()
                .map(key -> key.kind().type())
                .filter(Objects::nonNull)
                .forEach(type -> line.append(", ticket ").append(type));
        return line.toString();
    }

    @Bean
    @Order(2)
    @Conditional(StoreCondition.Memory.class)
    StartNote memoryNote() {
        return StartNote.of("store", List.of("memory, for one replica"));
    }

    /** Creates the single thread for periodic tasks and timeouts. Its tasks must not block. */
    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService tokenTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("token-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Bean
    // StoreProperties comes first, so that an invalid store name is reported as such and not as a missing TokenStore.
    TokenKeeper tokenKeeper(
            StoreProperties chosen,
            Accounts accounts,
            TokenStore store,
            TokenSource source,
            RefreshProperties properties,
            InstantSource clock,
            ScheduledExecutorService tokenTimer,
            ObjectProvider<TokenListener> listeners) {
        properties.validate(accounts);
        return new TokenKeeper(
                accounts,
                store,
                source,
                properties,
                clock,
                tokenTimer,
                new Random(),
                ReplicaName.ofThisProcess(),
                listeners.orderedStream().toList());
    }

    @Bean
    TokenLifecycle tokenLifecycle(TokenKeeper keeper) {
        return new TokenLifecycle(keeper);
    }
}
