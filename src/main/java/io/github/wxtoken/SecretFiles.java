package io.github.wxtoken;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Lets a secret file of a {@code configtree:} import that is named like an environment variable, such as {@code
 * WXTOKEN_ACCOUNTS_SHOP_SECRET}, set the property that the variable would set. Spring Boot would ignore it silently.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class SecretFiles implements EnvironmentPostProcessor {

    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");

    /** Spring Boot recognizes sources with the names of environment variables by this suffix. */
    private static final String SUFFIX = "-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        for (PropertySource<?> source :
                environment.getPropertySources().stream().toList()) {
            if (source instanceof ConfigTreePropertySource tree) {
                Map<String, Object> variables = variables(tree);
                if (!variables.isEmpty()) {
                    environment.getPropertySources().addAfter(tree.getName(), new Variables(tree, variables));
                }
            }
        }
    }

    private static Map<String, Object> variables(ConfigTreePropertySource tree) {
        Map<String, Object> variables = new LinkedHashMap<>();
        for (String name : tree.getPropertyNames()) {
            ConfigTreePropertySource.Value value = tree.getProperty(name);
            if (value != null && VARIABLE.matcher(name).matches() && !PropertyNames.isPlaceholderOnly(name)) {
                variables.put(name, value.toString());
            }
        }
        return variables;
    }

    /** The files of a tree as environment variables. */
    private static final class Variables extends SystemEnvironmentPropertySource implements OriginLookup<String> {

        private final ConfigTreePropertySource tree;

        Variables(ConfigTreePropertySource tree, Map<String, Object> variables) {
            super(tree.getName() + SUFFIX, variables);
            this.tree = tree;
        }

        @Override
        public @Nullable Origin getOrigin(String name) {
            return tree.getOrigin(name);
        }
    }
}
