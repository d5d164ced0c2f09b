package io.github.wxtoken.token;

/**
 * The name of one kept token: an account's AppID and the kind of the token.
 *
 * @param appid WeChat's AppID
 * @param kind which of the account's credentials
 */
public record TokenKey(String appid, TokenKind kind) {

    /** The key of an account's {@code access_token}. */
    public static TokenKey accessToken(String appid) {
        return new TokenKey(appid, TokenKind.ACCESS_TOKEN);
    }
}
