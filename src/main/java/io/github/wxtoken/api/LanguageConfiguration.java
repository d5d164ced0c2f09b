package io.github.wxtoken.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.i18n.AcceptHeaderLocaleResolver;

/** Selects the language of errors and hints by {@code Accept-Language}, independent of the locale of the machine. */
@Configuration(proxyBeanMethods = false)
class LanguageConfiguration {

    private static final LocaleResolver RESOLVER = resolver();

    @Bean
    LocaleResolver localeResolver() {
        return RESOLVER;
    }

    /** Returns the language of a request. Also works before Spring MVC. */
    static Locale locale(HttpServletRequest request) {
        return RESOLVER.resolveLocale(request);
    }

    private static LocaleResolver resolver() {
        AcceptHeaderLocaleResolver resolver = new AcceptHeaderLocaleResolver();
        resolver.setSupportedLocales(List.of(Locale.ENGLISH, Locale.CHINESE));
        resolver.setDefaultLocale(Locale.ENGLISH);
        return resolver;
    }
}
