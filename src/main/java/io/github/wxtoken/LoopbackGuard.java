package io.github.wxtoken;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The guard who lets the server listen on loopback only: callers have no keys yet, so whoever reaches the port is given
 * the tokens. It is asked before any port is opened.
 */
@Component
final class LoopbackGuard {

    private static final String MANAGEMENT_ADDRESS = "management.server.address";
    private static final Logger log = LoggerFactory.getLogger(LoopbackGuard.class);

    LoopbackGuard(ServerProperties server, Environment environment) {
        String address = require("server.address", server.getAddress());
        if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT) {
            // Left out, it is every address, not the one above.
            BindResult<InetAddress> bound = Binder.get(environment).bind(MANAGEMENT_ADDRESS, InetAddress.class);
            require(MANAGEMENT_ADDRESS, bound.isBound() ? bound.get() : null);
        }
        log.info("No callers are configured, so the server listens on loopback only ({})", address);
    }

    private static String require(String property, @Nullable InetAddress address) {
        if (address == null || !address.isLoopbackAddress()) {
            throw new NotLoopbackException(property, address == null ? "every address" : address.getHostAddress());
        }
        return address.getHostAddress();
    }
}
