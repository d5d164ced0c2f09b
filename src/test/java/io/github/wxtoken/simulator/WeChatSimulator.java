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
 * A WeChat platform on loopback: several hosts that share the accounts, a switchboard of faults, a journal of calls, and
 * a control plane for people. The tests' truth about WeChat.
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
    private final Switchboard board;
    private final FrontDoor door;
    private final List<Host> hosts;
    private final ControlPlane controlPlane;
    private @Nullable MockWebServer brokenTls;

    private WeChatSimulator(Builder builder) {
        clock = new MovableClock(builder.clock);
        platform = new Platform(clock, builder.seed);
        board = new Switchboard(clock);
        door = new FrontDoor(platform);
        controlPlane = new ControlPlane(builder.port, platform, board);
        hosts = IntStream.range(0, builder.hosts)
                .mapToObj(index -> new Host(index, builder.portOf(index), door, board, platform.journal()))
                .toList();
    }

    /** Two hosts on any free ports, and a clock that stands still. */
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

    /** The account of that appid, which must have been opened. */
    public Account account(String appid) {
        return platform.account(appid);
    }

    /** The base URLs of all hosts, in order: what a server under test is configured with. */
    public List<URI> hosts() {
        return hosts.stream().map(Host::url).toList();
    }

    public Host host(int index) {
        return hosts.get(index);
    }

    /** Where people steer the simulator: see {@code GET /simulator} there. */
    public URI controlPlane() {
        return controlPlane.url();
    }

    /** A host at which no TLS handshake ever succeeds, for want of a certificate. */
    public synchronized URI hostWithBrokenTls() {
        if (brokenTls == null) {
            brokenTls = new MockWebServer();
            brokenTls.useHttps(contextWithoutCertificate().getSocketFactory());
            Loopback.start(brokenTls, 0);
        }
        return Loopback.url("https", brokenTls.getPort());
    }

    /** The switchboard, for all kinds of calls at all hosts. */
    public Faults faults() {
        return new Faults(board);
    }

    public Journal journal() {
        return platform.journal();
    }

    /** The rules behind it all, for what needs no HTTP. */
    public Platform platform() {
        return platform;
    }

    /** The platform's clock. Moving it moves the simulator alone, away from the clock that it was started with. */
    public MovableClock clock() {
        return clock;
    }

    /** Whether WeChat accepted the token then. */
    public boolean wasAlive(String token, Instant when) {
        return platform.wasAlive(token, when);
    }

    /** From which address the calls seem to come, as whitelists and error texts see it; 127.0.0.1 at first. */
    public WeChatSimulator callerIp(String ip) {
        door.callerIp(ip);
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

    /** What can be chosen before the simulator starts. */
    public static final class Builder {

        private InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-22T02:00:00Z"));
        private int hosts = 2;
        private int port;
        private long seed = 1;

        private Builder() {}

        /** The clock that the platform follows: the test's own, or {@code InstantSource.system()}. */
        public Builder clock(InstantSource newClock) {
            clock = newClock;
            return this;
        }

        /** How many virtual hosts there are; 2 at first. */
        public Builder hosts(int count) {
            hosts = count;
            return this;
        }

        /** The port of the control plane; the hosts get those after it. Without it, or with 0, all get any free port. */
        public Builder port(int newPort) {
            port = newPort;
            return this;
        }

        /** What tokens and rids are drawn from. */
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
