package io.github.wxtoken;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Rejects properties below {@code wxtoken} that belong to no package, before any bean is created. Each package checks
 * the properties below its own prefix.
 */
@Component
final class PropertyNames implements BeanFactoryPostProcessor {

    static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("wxtoken");

    private static final Set<String> GROUPS =
            Set.of("accounts", "allowedhosts", "callers", "metrics", "redis", "refresh", "relay", "store", "wechat");

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        // Like Spring Boot, ignores environment variables and system properties: they may belong to other programs.
        UnboundElementsSourceFilter strict = new UnboundElementsSourceFilter();
        Set<ConfigurationProperty> unknown = new TreeSet<>();
        for (ConfigurationPropertySource source :
                ConfigurationPropertySources.get(beanFactory.getBean(Environment.class))) {
            if (source instanceof IterableConfigurationPropertySource iterable && strict.apply(source)) {
                iterable.stream()
                        .filter(PropertyNames::isUnknown)
                        .map(source::getConfigurationProperty)
                        .forEach(unknown::add);
            }
        }
        if (!unknown.isEmpty()) {
            throw new UnboundConfigurationPropertiesException(unknown);
        }
    }

    /**
     * Returns whether a variable's name begins like a property below {@code wxtoken} that does not exist. Such a
     * variable, {@code WXTOKEN_ENCRYPTION_KEY} for example, is only used as a placeholder.
     */
    static boolean isPlaceholderOnly(String variable) {
        String[] elements = variable.toLowerCase(Locale.ROOT).split("_", -1);
        return elements[0].equals("wxtoken") && !GROUPS.contains(elements[1]);
    }

    private static boolean isUnknown(ConfigurationPropertyName name) {
        return ROOT.isAncestorOf(name) && !GROUPS.contains(name.getElement(1, Form.UNIFORM));
    }
}
