package io.github.wxtoken.monitor;

import io.github.wxtoken.support.Message;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Configures the metrics.
 *
 * @param maxAccountTags the maximum number of accounts that have time series of their own; with more accounts, no time
 *     series has the tag account; 0 for never
 */
@ConfigurationProperties(prefix = "wxtoken.metrics", ignoreUnknownFields = false)
record MetricsProperties(@DefaultValue("1000") int maxAccountTags) {

    /**
     * Checks the value and returns this.
     *
     * @throws InvalidConfigurationPropertyValueException if it is negative
     */
    MetricsProperties validate() {
        if (maxAccountTags < 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "wxtoken.metrics.max-account-tags",
                    maxAccountTags,
                    Message.of(MetricsProperties.class, "property.negative").inSystemLanguage());
        }
        return this;
    }
}
