package io.github.wxtoken.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The properties below a prefix that have a name of the operator's choice: accounts and callers.
 *
 * <p>Spring Boot binds them as a map, too, but it drops most characters of a key without brackets, and compares keys
 * without case and dashes, so that different names become one. This class therefore reads the exact names from each
 * property source and gives the Binder their properties under unambiguous names. The Binder does the rest: precedence,
 * placeholders, conversion, and the rejection of unknown properties.
 *
 * <p>An environment variable cannot contain most names. It belongs to the name of another source whose letters and
 * digits it has, or else makes a new name in lower case.
 */
public final class NamedProperties {

    public static final NamedProperties ACCOUNTS = new NamedProperties(
            "wxtoken.accounts", "kind.account", false, "appid", "secret", "api", "tickets", "daily-budget");

    /** Without a colon in names, which ends the name in HTTP Basic. */
    public static final NamedProperties CALLERS =
            new NamedProperties("wxtoken.callers", "kind.caller", true, "key-sha256", "accounts", "relay", "operator");

    /** A prefix of two elements, a name with or without brackets, and the rest. */
    private static final Pattern PROPERTY = Pattern.compile(
            "([^.\\[]+\\.[^.\\[]+)(?:\\.?\\[(?<bracketed>.*?)](?=[.\\[]|$)|\\.(?<plain>[^.]*))\\.?(?<rest>.*)",
            Pattern.DOTALL);

    private static final Pattern INDEX = Pattern.compile("\\d+");

    private final String prefix;
    private final ConfigurationPropertyName root;
    private final Message kind;
    private final boolean withoutColon;
    private final Set<String> properties;

    /** The spellings of the properties in environment variables. */
    private final Map<String, String> inVariables = new HashMap<>();

    private final Pattern variable;

    private NamedProperties(String prefix, String kind, boolean withoutColon, String... properties) {
        this.prefix = prefix;
        this.root = ConfigurationPropertyName.of(prefix);
        this.kind = Message.of(NamedProperties.class, kind);
        this.withoutColon = withoutColon;
        this.properties = Set.of(properties);
        for (String property : properties) {
            ConfiguredNames.inVariables(property).forEach(spelling -> inVariables.put(spelling, property));
        }
        this.variable = Pattern.compile(
                prefix.replace('.', '_') + "_(?<name>.+)_(?<property>" + String.join("|", inVariables.keySet())
                        + ")(?:_(?<index>\\d+))?",
                Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    Set<String> properties() {
        return properties;
    }

    /** Returns whether a property is below the prefix. */
    public boolean contain(ConfigurationPropertyName property) {
        return root.isAncestorOf(property);
    }

    /** Returns the prefix of the properties of one name. */
    public String prefix(String name) {
        return ConfiguredNames.prefix(prefix, name);
    }

    /**
     * Binds the properties of all names. It does not change the environment.
     *
     * @param type the type of the properties of one name, a record
     * @return the properties by name, in the order of the configuration
     * @throws WrongNameException if a name cannot be used
     * @throws BindException if a property is unknown or cannot be converted
     */
    public <T> Map<String, T> bind(Environment environment, Class<T> type) {
        PlaceholdersResolver placeholders = new PropertySourcesPlaceholdersResolver(environment);
        Map<String, T> bound = new LinkedHashMap<>();
        sources(environment).forEach((name, sources) -> {
            BindHandler strict =
                    new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
            bound.put(name, new Binder(sources, placeholders).bindOrCreate(prefix(name), Bindable.of(type), strict));
        });
        return bound;
    }

    /** Returns a property of an account or a caller as it is configured, or null, also if a name cannot be used. */
    public static @Nullable ConfigurationProperty find(Environment environment, ConfigurationPropertyName property) {
        try {
            return Stream.of(ACCOUNTS, CALLERS)
                    .filter(named -> named.contain(property))
                    .flatMap(named -> named.sources(environment).values().stream())
                    .flatMap(List::stream)
                    .map(source -> source.getConfigurationProperty(property))
                    .filter(found -> found != null)
                    .findFirst()
                    .orElse(null);
        } catch (WrongNameException e) {
            return null;
        }
    }

    /** Returns the sources of each name, in the order of precedence. */
    private Map<String, List<ConfigurationPropertySource>> sources(Environment environment) {
        List<EnumerablePropertySource<?>> all = new ArrayList<>();
        for (ConfigurationPropertySource source :
                ConfigurationPropertySources.from(((ConfigurableEnvironment) environment).getPropertySources())) {
            if (source.getUnderlyingSource() instanceof EnumerablePropertySource<?> enumerable) {
                all.add(enumerable);
            }
        }
        Map<String, Set<String>> spellings = spellings(all);
        Map<String, List<ConfigurationPropertySource>> sources = new LinkedHashMap<>();
        for (EnumerablePropertySource<?> source : all) {
            Map<String, NamedSource> named = new LinkedHashMap<>();
            for (String raw : source.getPropertyNames()) {
                Property property = property(source, raw);
                if (property == null && source instanceof SystemEnvironmentPropertySource) {
                    property = variable(source, raw, spellings);
                }
                if (property != null) {
                    named.computeIfAbsent(property.name, name -> new NamedSource(source))
                            .add(
                                    ConfigurationPropertyName.of(prefix(property.name))
                                            .append(property.rest),
                                    raw);
                }
            }
            named.forEach((name, properties) ->
                    sources.computeIfAbsent(name, each -> new ArrayList<>()).add(properties));
        }
        return sources;
    }

    /** Returns the names that are not from environment variables, by their spelling in variables. */
    private Map<String, Set<String>> spellings(List<EnumerablePropertySource<?>> sources) {
        Map<String, Set<String>> spellings = new HashMap<>();
        for (EnumerablePropertySource<?> source : sources) {
            for (String raw : source.getPropertyNames()) {
                Property property = property(source, raw);
                if (property != null) {
                    for (String spelling : ConfiguredNames.inVariables(property.name)) {
                        spellings
                                .computeIfAbsent(spelling, each -> new TreeSet<>())
                                .add(property.name);
                    }
                }
            }
        }
        return spellings;
    }

    /** Returns the meaning of a property name, or null if it is not below the prefix. */
    private @Nullable Property property(EnumerablePropertySource<?> source, String raw) {
        Matcher parts = PROPERTY.matcher(raw);
        if (!parts.matches()) {
            requireNoValue(source, raw);
            return null;
        }
        if (!root.equals(ConfigurationPropertyName.adapt(parts.group(1), '.'))) {
            return null;
        }
        String bracketed = parts.group("bracketed");
        String name = bracketed == null ? parts.group("plain") : bracketed;
        requireAllowed(source, raw, name);
        ConfigurationPropertyName rest = ConfigurationPropertyName.adapt(parts.group("rest"), '.');
        boolean known = properties.stream()
                .map(ConfigurationPropertyName::of)
                .anyMatch(property -> property.equals(rest) || property.isAncestorOf(rest));
        if (bracketed != null && INDEX.matcher(bracketed).matches() && !known) {
            throw wrong(source, raw, "name.list", kind);
        }
        if (bracketed == null && rest.getNumberOfElements() > 1 && !known) {
            throw wrong(source, raw, "name.dot", kind, name);
        }
        return new Property(name, rest);
    }

    /** Returns the meaning of an environment variable, or null if it is none of an account or caller. */
    private @Nullable Property variable(
            EnumerablePropertySource<?> source, String raw, Map<String, Set<String>> spellings) {
        Matcher parts = variable.matcher(raw);
        if (!parts.matches()) {
            requireOfOtherProgram(source, raw);
            return null;
        }
        String spelling = parts.group("name").toLowerCase(Locale.ROOT);
        Set<String> names = spellings.getOrDefault(spelling, Set.of(spelling));
        if (names.size() > 1) {
            throw wrong(
                    source,
                    raw,
                    "name.variable",
                    kind,
                    names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ")));
        }
        String name = names.iterator().next();
        requireAllowed(source, raw, name);
        String property = inVariables.get(parts.group("property").toLowerCase(Locale.ROOT));
        String index = parts.group("index");
        return new Property(
                name, ConfigurationPropertyName.of(index == null ? property : property + "[" + index + "]"));
    }

    /** Files that are named like variables belong to no other program. Unknown variables may. */
    private void requireOfOtherProgram(EnumerablePropertySource<?> source, String raw) {
        boolean variable = source.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        if (!variable && raw.toLowerCase(Locale.ROOT).startsWith(prefix.replace('.', '_') + "_")) {
            throw wrong(source, raw, "name.unknown");
        }
    }

    /** An empty map or list of a file is an empty text. */
    private void requireNoValue(EnumerablePropertySource<?> source, String raw) {
        if (root.equals(ConfigurationPropertyName.adapt(raw, '.'))
                && !String.valueOf(source.getProperty(raw)).isBlank()) {
            throw wrong(source, raw, "name.value", kind);
        }
    }

    private void requireAllowed(EnumerablePropertySource<?> source, String raw, String name) {
        Message flaw = ConfiguredNames.flaw(name, withoutColon, kind);
        if (flaw != null) {
            throw wrong(source, raw, flaw);
        }
    }

    private WrongNameException wrong(EnumerablePropertySource<?> source, String raw, String key, Object... arguments) {
        return wrong(source, raw, Message.of(NamedProperties.class, key, arguments));
    }

    private WrongNameException wrong(EnumerablePropertySource<?> source, String raw, Message reason) {
        return new WrongNameException(prefix, PropertySourceOrigin.get(source, raw), reason.inSystemLanguage());
    }

    /**
     * A property of an account or a caller.
     *
     * @param name the name of the account or caller
     * @param rest the name of the property below it
     */
    private record Property(String name, ConfigurationPropertyName rest) {}
}
