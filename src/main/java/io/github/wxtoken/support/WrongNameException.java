package io.github.wxtoken.support;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginProvider;

/** Signals that the name of a property cannot be used. The property that it names is the one above the name. */
public final class WrongNameException extends InvalidConfigurationPropertyValueException implements OriginProvider {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Origin origin;

    WrongNameException(String property, @Nullable Origin origin, String reason) {
        super(property, null, reason);
        this.origin = origin;
    }

    /** Returns where the wrong name is, or null if that is unknown. */
    @Override
    public @Nullable Origin getOrigin() {
        return origin;
    }
}
