package io.github.wxtoken.support;

import java.util.Locale;

/** A text for people in each language. */
@FunctionalInterface
public interface Localized {

    /** Returns the text in a language: Chinese for a Chinese locale, English for any other one. */
    String in(Locale locale);
}
