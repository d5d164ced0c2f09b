package io.github.wxtoken.support;

/**
 * File descriptors that a package needs besides those of its clients' connections.
 *
 * @param count their maximum number
 */
public record ReservedDescriptors(int count) {}
