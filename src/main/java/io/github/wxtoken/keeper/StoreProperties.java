package io.github.wxtoken.keeper;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Selects the store of the token records.
 *
 * @param store in this process ({@code memory}), or in a Redis shared by several replicas ({@code redis})
 */
@ConfigurationProperties(prefix = "wxtoken")
record StoreProperties(@DefaultValue("memory") StoreType store) {

    /** The available stores. */
    enum StoreType {
        MEMORY,
        REDIS
    }
}
