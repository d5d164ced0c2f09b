package io.github.wxtoken.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.token.Report;
import io.github.wxtoken.token.ServedToken;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON of a token, in WeChat's own words, so that code which parses WeChat's answer parses this. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"access_token", "expires_in", "appid", "version", "outcome"})
record TokenAnswer(
        @JsonProperty("access_token") String accessToken,
        @JsonProperty("expires_in") long expiresIn,
        String appid,
        long version,
        @Nullable String outcome) {

    static TokenAnswer of(String appid, ServedToken served) {
        return new TokenAnswer(served.token().value(), served.expiresIn(), appid, served.version(), null);
    }

    static TokenAnswer of(String appid, Report report) {
        ServedToken served = report.served();
        String outcome = report.outcome().name().toLowerCase(Locale.ROOT);
        return new TokenAnswer(served.token().value(), served.expiresIn(), appid, served.version(), outcome);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "TokenAnswer[" + appid + ", version=" + version + "]";
    }
}
