package io.github.wxtoken;

import io.github.wxtoken.caller.Callers;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Restricts the server to loopback addresses while no callers are configured, because the port then serves tokens
 * without a key. A separate management port never needs a key, so its address must be set explicitly. The check runs
 * before any port is opened.
 */
@Component
final class LoopbackGuard implements WebServerFactoryCustomizer<ConfigurableWebServerFactory> {

    private static final String SERVER_ADDRESS = "server.address";
    private static final String MANAGEMENT_ADDRESS = "management.server.address";

    private final boolean loopbackOnly;
    private final @Nullable InetAddress address;
    private final @Nullable InetAddress managementAddress;

    LoopbackGuard(ServerProperties server, Callers callers, Environment environment) {
        this.loopbackOnly = callers.isEmpty();
        InetAddress configured = server.getAddress();
        if (loopbackOnly && configured != null) {
            requireLoopback(SERVER_ADDRESS, configured);
        }
        // Without callers, loopback is the default.
        this.address = loopbackOnly && configured == null ? InetAddress.getLoopbackAddress() : configured;
        this.managementAddress = ManagementPortType.get(environment) == ManagementPortType.DIFFERENT
                ? managementAddress(environment)
                : null;
    }

    private InetAddress managementAddress(Environment environment) {
        // The default would be every address, not that of the server.
        InetAddress management = Binder.get(environment)
                .bind(MANAGEMENT_ADDRESS, InetAddress.class)
                .orElse(null);
        if (management == null) {
            throw new UnguardedPortException(MANAGEMENT_ADDRESS, null, loopbackOnly);
        }
        if (loopbackOnly) {
            requireLoopback(MANAGEMENT_ADDRESS, management);
        }
        return management;
    }

    /** Returns the address the server listens on, or null for every address. */
    @Nullable
    InetAddress address() {
        return address;
    }

    /** Returns the address of the separate management port, or null if there is no such port. */
    @Nullable
    InetAddress managementAddress() {
        return managementAddress;
    }

    @Override
    public void customize(ConfigurableWebServerFactory factory) {
        if (loopbackOnly) {
            factory.setAddress(address);
        }
    }

    private static void requireLoopback(String property, InetAddress address) {
        if (!address.isLoopbackAddress()) {
            throw new UnguardedPortException(property, address.getHostAddress(), true);
        }
    }
}
