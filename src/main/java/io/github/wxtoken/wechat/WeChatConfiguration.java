package io.github.wxtoken.wechat;

import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.support.StartNote;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/** Configures the accounts and the source of their tokens from the properties. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WeChatProperties.class)
class WeChatConfiguration {

    /**
     * Binds and validates the accounts. A properties bean cannot be a map at its own prefix, and the secrets never become
     * part of a bean that an actuator endpoint shows.
     */
    @Bean
    ConfiguredAccounts configuredAccounts(Environment environment) {
        return ConfiguredAccounts.of(NamedProperties.ACCOUNTS.bind(environment, AccountProperties.class));
    }

    @Bean
    Accounts accounts(ConfiguredAccounts configured) {
        return configured.accounts();
    }

    @Bean
    @Order(1)
    StartNote absentAccountsNote(ConfiguredAccounts configured) {
        return configured.note();
    }

    @Bean
    @Order(3)
    StartNote weChatNote(WeChatProperties properties, ForwardProxy proxy) {
        return properties.note(proxy);
    }

    @Bean
    ForwardProxy forwardProxy(WeChatProperties properties, ConfigurableEnvironment environment) {
        return ForwardProxy.of(
                properties.validate(), environment.getSystemEnvironment(), environment.getSystemProperties());
    }

    @Bean
    WeChatTls weChatTls(WeChatProperties properties, SslBundles bundles) {
        return WeChatTls.of(properties.validate().ssl(), bundles);
    }

    @Bean(destroyMethod = "close")
    TokenSource tokenSource(
            ConfiguredAccounts configured,
            WeChatProperties properties,
            ForwardProxy proxy,
            WeChatTls tls,
            InstantSource clock,
            MeterRegistry meters) {
        return new WeChatClient(configured, properties, proxy, tls, clock, meters);
    }

    @Bean
    DerivedKeys derivedKeys(ConfiguredAccounts configured) {
        return new DerivedKeys(configured);
    }

    /** Created only for the relay. */
    @Bean(destroyMethod = "close")
    @Lazy
    Forwarder forwarder(
            ConfiguredAccounts configured,
            WeChatProperties properties,
            ForwardProxy proxy,
            WeChatTls tls,
            InstantSource clock,
            MeterRegistry meters) {
        return new Forwarder(configured, properties, proxy, tls, clock, meters);
    }
}
