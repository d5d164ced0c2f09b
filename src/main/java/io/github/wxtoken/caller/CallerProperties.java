package io.github.wxtoken.caller;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of one caller.
 *
 * @param keySha256 the SHA-256 of each of its keys, in hexadecimal
 * @param accounts the names of the accounts it may use; null means all
 * @param relay the paths at WeChat that it may call through the relay, such as {@code /wxa/**}
 * @param operator whether it may see operational details and order new tokens of the accounts it may use
 */
record CallerProperties(
        @Nullable List<String> keySha256,
        @Nullable List<String> accounts,
        @DefaultValue List<String> relay,
        @DefaultValue("false") boolean operator) {}
