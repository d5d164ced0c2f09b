package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenKeeper;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The part {@code serving} of the health, which makes the server ready: up while at least one account has a usable token.
 * One broken account takes none of the others out of service.
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
