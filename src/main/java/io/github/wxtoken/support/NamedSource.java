package io.github.wxtoken.support;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.EnumerablePropertySource;

/** The properties of one account or caller in one property source, with unambiguous names. */
final class NamedSource implements IterableConfigurationPropertySource {

    private final EnumerablePropertySource<?> source;

    /** The names that the source uses, by unambiguous name. */
    private final Map<ConfigurationPropertyName, String> spelled = new LinkedHashMap<>();

    NamedSource(EnumerablePropertySource<?> source) {
        this.source = source;
    }

    /**
     * Adds a property.
     *
     * @param raw the name that the source uses
     * @throws WrongNameException if the source has another value of this property under another spelling
     */
    void add(ConfigurationPropertyName name, String raw) {
        String other = spelled.putIfAbsent(name, raw);
        if (other != null && !Objects.equals(source.getProperty(other), source.getProperty(raw))) {
            throw new WrongNameException(
                    name.toString(),
                    PropertySourceOrigin.get(source, raw),
                    Message.of(NamedSource.class, "name.twice", SafeText.distinctLine(other))
                            .inSystemLanguage());
        }
    }

    @Override
    public Stream<ConfigurationPropertyName> stream() {
        return spelled.keySet().stream();
    }

    @Override
    public @Nullable ConfigurationProperty getConfigurationProperty(ConfigurationPropertyName name) {
        String raw = spelled.get(name);
        Object value = raw == null ? null : source.getProperty(raw);
        return raw == null || value == null
                ? null
                : new ConfigurationProperty(name, value, PropertySourceOrigin.get(source, raw));
    }

    @Override
    public Object getUnderlyingSource() {
        return source;
    }
}
