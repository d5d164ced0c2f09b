package io.github.wxtoken.keeper;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the records of the tokens are kept.
 *
 * @param store in this process ({@code memory}), or in a Redis that several replicas share ({@code redis})
 */
@ConfigurationProperties(prefix = "wxtoken")
record StoreProperties(@DefaultValue("memory") StoreType store) {

    /** The stores there are. */
    enum StoreType {
        MEMORY,
        REDIS
    }
}
