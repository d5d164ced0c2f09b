package io.github.wxtoken.api;

import java.time.Duration;

/**
 * How long clients may leave at SIGTERM, before the web server accepts no more connections.
 *
 * @param value the time; zero to shut down at once
 */
public record DrainTime(Duration value) {}
