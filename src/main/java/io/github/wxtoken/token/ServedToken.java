package io.github.wxtoken.token;

/**
 * A token as it is handed to a caller. Its {@link #toString()} never shows the value.
 *
 * @param token the token
 * @param version the number by which callers tell tokens apart
 * @param expiresIn for how many whole seconds the caller may keep it, at least 1; a planned refresh does not shorten it
 */
public record ServedToken(Token token, long version, long expiresIn) {}
