package io.github.wxtoken.relay;

import io.github.wxtoken.api.AccountSelector;
import io.github.wxtoken.api.RelayTokens;
import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.caller.RejectionLog;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.support.ReservedDescriptors;
import io.github.wxtoken.support.StartNote;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.wechat.DerivedKeys;
import io.github.wxtoken.wechat.Forwarder;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Configures the relay. It is off unless a caller has paths to relay. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RelayProperties.class)
class RelayConfiguration {

    private static final String SIGNING = "wxtoken relay token";

    /** The policy of each caller that may use the relay. */
    @Bean
    RelayPolicies relayPolicies(Callers callers) {
        Map<Caller, PathPolicy> policies = new HashMap<>();
        for (Caller caller : callers.all()) {
            List<String> patterns = caller.relay();
            for (int i = 0; i < patterns.size(); i++) {
                Message flaw = PathPolicy.flaw(patterns.get(i));
                if (flaw != null) {
                    throw new InvalidConfigurationPropertyValueException(
                            NamedProperties.CALLERS.prefix(caller.name()) + ".relay[" + i + "]",
                            null,
                            flaw.inSystemLanguage());
                }
            }
            if (!patterns.isEmpty()) {
                policies.put(caller, new PathPolicy(patterns));
            }
        }
        return new RelayPolicies(Map.copyOf(policies));
    }

    /** Validates the properties also if the relay is off. */
    @Bean
    InFlight relayInFlight(
            RelayProperties properties,
            TomcatServerProperties tomcat,
            Environment environment,
            RelayPolicies policies) {
        properties.validate();
        int most = properties.inFlight(
                Threading.VIRTUAL.isActive(environment)
                        ? null
                        : tomcat.getThreads().getMax());
        return new InFlight(policies.byCaller().isEmpty() ? 0 : most);
    }

    /** A call in progress may have a connection to WeChat and a temporary file. */
    @Bean
    ReservedDescriptors relayDescriptors(InFlight inFlight) {
        return new ReservedDescriptors(2 * inFlight.most());
    }

    @Bean
    SignedRelayTokens signedRelayTokens(Accounts accounts, Callers callers, DerivedKeys keys, InstantSource clock) {
        return new SignedRelayTokens(accounts, callers, appid -> keys.of(appid, SIGNING), clock);
    }

    @Bean
    RelayTokens relayTokens(RelayPolicies policies, SignedRelayTokens tokens) {
        return new RelayTokensOfPolicies(policies, tokens);
    }

    @Bean
    CallsInFlight<Caller> relayedCalls(InFlight inFlight) {
        return new CallsInFlight<>(inFlight.most());
    }

    /** Created at the start, while the filter is created for the first relayed call. */
    @Bean
    RelayMeters relayMeters(MeterRegistry registry, RelayPolicies policies, CallsInFlight<Caller> calls) {
        RelayMeters meters = new RelayMeters(registry, policies.byCaller().keySet());
        if (!policies.byCaller().isEmpty()) {
            meters.watch(calls);
        }
        return meters;
    }

    /** Created only if it is registered. */
    @Bean
    @Lazy
    RelayFilter relayFilter(
            DispatcherServletPath servlet,
            Accounts accounts,
            AccountSelector selector,
            Callers callers,
            KeyAuthentication keys,
            SignedRelayTokens tokens,
            TokenKeeper keeper,
            RelayPolicies policies,
            Forwarder forwarder,
            RelayProperties properties,
            CallsInFlight<Caller> calls,
            RelayMeters meters,
            RejectionLog rejections,
            ApplicationEventPublisher audit,
            InstantSource clock) {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        return new RelayFilter(
                servlet.getPrefix(),
                accounts,
                new RelayAuthentication(selector, callers, keys, tokens, keeper),
                policies.byCaller(),
                calls,
                new Relay(keeper, forwarder, properties, new SpoolFolder(folder, clock)),
                meters,
                rejections,
                audit);
    }

    /** Registers the filter before all others, by name, so that it is created after the other beans. */
    @Bean
    DelegatingFilterProxyRegistrationBean relayFilterRegistration(
            DispatcherServletPath servlet, RelayPolicies policies) {
        DelegatingFilterProxyRegistrationBean filter = new DelegatingFilterProxyRegistrationBean("relayFilter");
        filter.addUrlPatterns(servlet.getRelativePath(RelayTarget.PREFIX + "/*"));
        RelayTarget.AT_ROOT.forEach(path -> filter.addUrlPatterns(servlet.getRelativePath(path)));
        filter.setEnabled(!policies.byCaller().isEmpty());
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    @Order(4)
    StartNote relayNote(RelayPolicies policies) {
        int callers = policies.byCaller().size();
        return StartNote.of("relay", callers == 0 ? List.of() : List.of("for " + callers + " caller(s)"));
    }

    /** The policies by caller. */
    record RelayPolicies(Map<Caller, PathPolicy> byCaller) {}

    /** The maximum number of calls in progress; 0 if the relay is off. */
    record InFlight(int most) {}
}
