package io.github.wxtoken.token;

import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Puts the room together, around a {@link TokenSource} and the {@link Accounts} that other rooms provide. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RefreshProperties.class, StoreProperties.class})
class TokenConfiguration {

    @Bean
    InstantSource clock() {
        return new SteadyClock(InstantSource.system(), System::nanoTime);
    }

    @Bean
    @ConditionalOnProperty(name = "wxtoken.store", havingValue = "memory", matchIfMissing = true)
    TokenStore memoryTokenStore(InstantSource clock) {
        return new MemoryTokenStore(clock);
    }

    @Bean
    @Order(1)
    StartNote accountsNote(Accounts accounts) {
        return accounts.note();
    }

    @Bean
    @Order(2)
    @ConditionalOnProperty(name = "wxtoken.store", havingValue = "memory", matchIfMissing = true)
    StartNote memoryNote() {
        return StartNote.of("store", List.of("memory, for one replica"));
    }

    /** One thread for ticks and alarms; nothing blocks it. */
    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService tokenTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "token-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Bean
    // The properties come first, so that a wrong name of a store is told as such, and not as a store that is missing.
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
