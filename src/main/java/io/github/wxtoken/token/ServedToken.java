package io.github.wxtoken.token;

/**
 * A token as returned to a caller. Its {@link #toString()} never shows the value.
 *
 * @param token the token
 * @param version the number that identifies the token to callers
 * @param expiresIn how many whole seconds the caller may use it, at least 1; not shortened by a planned refresh
 */
public record ServedToken(Token token, long version, long expiresIn) {}
