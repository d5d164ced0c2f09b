package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

/**
 * What it costs {@code GET /token} to ask for a key: the throughput with Spring Security and fifty callers, as a share of
 * that of the same server whose only filter puts a caller in place without asking. Both run in this process, in turn. Run
 * by the profile {@code soak} only.
 */
@Tag("soak")
final class FilterCostTest {

    private static final int ROUNDS = 15;

    @Test
    void howMuchThroughputIsLeftWithKeys() throws Exception {
        String[] keys = IntStream.range(0, 50)
                .mapToObj(i -> Keys.arguments("caller" + i))
                .flatMap(Stream::of)
                .toArray(String[]::new);
        try (Throughput throughput = new Throughput();
                WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer with = RunningServer.start(wechat, keys);
                    RunningServer without =
                            RunningServer.start(wechat, List.of(APPID), FilterCostTest::withoutSecurity, open())) {
                List<Double> ratios = new ArrayList<>();
                for (int round = -5; round < ROUNDS; round++) {
                    double open = throughput.of(without, "caller25");
                    double asked = throughput.of(with, "caller25");
                    if (round >= 0) {
                        ratios.add(asked / open);
                        System.out.printf("%.0f/s with keys, %.0f/s without%n", asked, open);
                    }
                }
                ratios.sort(null);
                System.out.printf(
                        "GET /token with keys: %.2f of the throughput without (median of %d rounds; %.2f to %.2f)%n",
                        ratios.get(ROUNDS / 2), ROUNDS, ratios.get(0), ratios.get(ROUNDS - 1));
                assertThat(ratios.get(ROUNDS / 2)).isPositive();
            }
        }
    }

    private static String[] open() {
        return new String[] {
            "--spring.autoconfigure.exclude=org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration,"
                    + "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration"
        };
    }

    private static void withoutSecurity(GenericApplicationContext context) {
        context.registerBean("springSecurityFilterRegistration", FilterRegistrationBean.class, () -> {
            FilterRegistrationBean<Filter> none =
                    new FilterRegistrationBean<>(context.getBean("springSecurityFilterChain", Filter.class));
            none.setEnabled(false);
            return none;
        });
        context.registerBean("anybody", FilterRegistrationBean.class, () -> {
            Caller anybody = context.getBean(Callers.class).all().iterator().next();
            var always = new SecurityContextImpl(
                    UsernamePasswordAuthenticationToken.authenticated(anybody, null, List.of()));
            return new FilterRegistrationBean<Filter>((request, response, chain) -> {
                SecurityContextHolder.setContext(always);
                chain.doFilter(request, response);
            });
        });
    }
}
