package io.github.wxtoken.simulator;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockWebServer;
import org.jspecify.annotations.Nullable;

/**
 * A WeChat platform on loopback: several hosts that share the accounts, faults, a journal of calls and a control
 * plane for users. The tests' reference for WeChat's behaviour.
 *
 * <pre>{@code
 * try (WeChatSimulator simulator = WeChatSimulator.start()) {
 *     simulator.account("wx0123456789abcdef", "secret").tokenLife(Duration.ofSeconds(30));
 *     simulator.faults().on(CallKind.TOKEN).next(Fault.HTTP_502, 3);
 *     // ... run something against simulator.hosts() ...
 *     assertThat(simulator.journal().mints("wx0123456789abcdef")).isEqualTo(1);
 * }
 * }</pre>
 */
public final class WeChatSimulator implements AutoCloseable {

    private final MovableClock clock;
    private final Platform platform;
    private final ActiveFaults faults;
    private final RequestRouter router;
    private final BusinessCalls business = new BusinessCalls();
    private final List<Host> hosts;
    private final ControlPlane controlPlane;
    private @Nullable MockWebServer brokenTls;

    private WeChatSimulator(Builder builder) {
        clock = new MovableClock(builder.clock);
        platform = new Platform(clock, builder.seed);
        faults = new ActiveFaults(clock);
        router = new RequestRouter(platform);
        controlPlane = new ControlPlane(builder.port, platform, faults);
        hosts = IntStream.range(0, builder.hosts)
                .mapToObj(index -> new Host(index, builder.portOf(index), router, faults, platform.journal(), business))
                .toList();
    }

    /** Starts a simulator with two hosts on free ports and a clock that stands still. */
    public static WeChatSimulator start() {
        return new Builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Opens an account. */
    public Account account(String appid, String secret) {
        return platform.account(appid, secret);
    }

    /** Returns the account of that AppID, which must have been opened. */
    public Account account(String appid) {
        return platform.account(appid);
    }

    /** Returns the base URLs of all hosts, in order, for the configuration of a server under test. */
    public List<URI> hosts() {
        return hosts.stream().map(Host::url).toList();
    }

    public Host host(int index) {
        return hosts.get(index);
    }

    /** Returns the URL of the control plane: see {@code GET /simulator} there. */
    public URI controlPlane() {
        return controlPlane.url();
    }

    /** Returns a host where every TLS handshake fails because it has no certificate. */
    public synchronized URI hostWithBrokenTls() {
        if (brokenTls == null) {
            brokenTls = new MockWebServer();
            brokenTls.useHttps(contextWithoutCertificate().getSocketFactory());
            Loopback.start(brokenTls, 0);
        }
        return Loopback.url("https", brokenTls.getPort());
    }

    /** Returns the faults of all kinds of calls at all hosts. */
    public Faults faults() {
        return new Faults(faults);
    }

    /** Returns the business APIs. */
    public BusinessCalls business() {
        return business;
    }

    public Journal journal() {
        return platform.journal();
    }

    /** Returns the platform's rules, for tests without HTTP. */
    public Platform platform() {
        return platform;
    }

    /** Returns the platform's clock. Moving it affects only the simulator, not the clock it was started with. */
    public MovableClock clock() {
        return clock;
    }

    /** Returns whether WeChat accepted the token at that time. */
    public boolean wasAlive(String token, Instant when) {
        return platform.wasAlive(token, when);
    }

    /** Sets the address that calls seem to come from, for whitelists and error texts. The default is 127.0.0.1. */
    public WeChatSimulator callerIp(String ip) {
        router.callerIp(ip);
        return this;
    }

    @Override
    public synchronized void close() {
        hosts.forEach(Host::close);
        controlPlane.stop();
        if (brokenTls != null) {
            brokenTls.close();
        }
    }

    private static SSLContext contextWithoutCertificate() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    /** The settings of a simulator before its start. */
    public static final class Builder {

        private InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-22T02:00:00Z"));
        private int hosts = 2;
        private int port;
        private long seed = 1;

        private Builder() {}

        /** Sets the clock that the platform follows: the test's own or {@code InstantSource.system()}. */
        public Builder clock(InstantSource newClock) {
            clock = newClock;
            return this;
        }

        /** Sets the number of virtual hosts. The default is 2. */
        public Builder hosts(int count) {
            hosts = count;
            return this;
        }

        /**
         * Sets the port of the control plane; the hosts get the ports after it. Without it, or with 0, all get free
         * ports.
         */
        public Builder port(int newPort) {
            port = newPort;
            return this;
        }

        /** Sets the seed of tokens and rids. */
        public Builder seed(long newSeed) {
            seed = newSeed;
            return this;
        }

        public WeChatSimulator start() {
            return new WeChatSimulator(this);
        }

        private int portOf(int host) {
            return port == 0 ? 0 : port + 1 + host;
        }
    }
}
