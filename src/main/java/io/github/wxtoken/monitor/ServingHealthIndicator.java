package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenKeeper;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The health component {@code serving}, which decides the readiness of the server. It is up if at least one token is
 * usable, so one broken account does not take the others out of service.
 */
@Component
final class ServingHealthIndicator implements HealthIndicator {

    private final TokenKeeper keeper;

    ServingHealthIndicator(TokenKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public Health health() {
        boolean serving =
                keeper.keys().stream().anyMatch(key -> keeper.status(key).served() != null);
        return (serving ? Health.up() : Health.outOfService()).build();
    }
}
