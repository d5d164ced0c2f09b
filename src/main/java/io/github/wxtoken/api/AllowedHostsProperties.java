package io.github.wxtoken.api;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Lists the host names of ports that require no key.
 *
 * @param allowedHosts further host names that clients may use for a port that requires no key: the main port
 *     without callers, and a separate management port. localhost and IP addresses are always allowed
 */
@ConfigurationProperties(prefix = "wxtoken")
record AllowedHostsProperties(@DefaultValue List<String> allowedHosts) {

    AllowedHostsProperties {
        allowedHosts = List.copyOf(allowedHosts);
    }
}
