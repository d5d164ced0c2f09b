package io.github.wxtoken.support;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches a value of {@code wxtoken.store}. Spring Boot's own condition fails on a placeholder that is not set, before
 * any property is bound, and with a stack trace.
 */
public abstract sealed class StoreCondition implements Condition {

    private final String store;
    private final boolean byDefault;

    private StoreCondition(String store, boolean byDefault) {
        this.store = store;
        this.byDefault = byDefault;
    }

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return Binder.get(context.getEnvironment())
                .bind("wxtoken.store", String.class)
                .map(store::equalsIgnoreCase)
                .orElse(byDefault);
    }

    /** Matches if tokens are kept in this process. */
    public static final class Memory extends StoreCondition {
        Memory() {
            super("memory", true);
        }
    }

    /** Matches if tokens are kept in Redis. */
    public static final class Redis extends StoreCondition {
        Redis() {
            super("redis", false);
        }
    }
}
