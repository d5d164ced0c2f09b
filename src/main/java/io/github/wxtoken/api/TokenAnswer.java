package io.github.wxtoken.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.keeper.Report;
import io.github.wxtoken.support.EnumNames;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * An access_token or a ticket in a response, with WeChat's field names. Its {@link #toString()} hides the value,
 * because Spring logs responses at DEBUG.
 *
 * @param accessToken the access_token, or null in the answer with a ticket
 * @param ticket the ticket, or null in the answer with an access_token
 * @param expiresIn the seconds for which the caller may keep it
 * @param appid the AppID of the account
 * @param version the version, unique per account and kind and increasing
 * @param outcome the outcome of a report, or null in the answer to a read
 */
@JsonPropertyOrder({"access_token", "ticket", "expires_in", "appid", "version", "outcome"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record TokenAnswer(
        @JsonProperty("access_token") @Nullable String accessToken,
        @Nullable String ticket,
        @JsonProperty("expires_in") long expiresIn,
        String appid,
        long version,
        @Nullable String outcome) {

    static TokenAnswer of(TokenKey key, ServedToken served) {
        return of(key, served, null);
    }

    static TokenAnswer of(TokenKey key, Report report) {
        return of(key, report.served(), EnumNames.lowerCase(report.outcome()));
    }

    private static TokenAnswer of(TokenKey key, ServedToken served, @Nullable String outcome) {
        String value = served.token().value();
        boolean ticket = key.kind().isTicket();
        return new TokenAnswer(
                ticket ? null : value,
                ticket ? value : null,
                served.expiresIn(),
                key.appid(),
                served.version(),
                outcome);
    }

    @Override
    public String toString() {
        return "TokenAnswer[" + appid + ", version " + version + "]";
    }
}
