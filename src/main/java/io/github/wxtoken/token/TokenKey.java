package io.github.wxtoken.token;

/**
 * The key of one managed token: the account's AppID and the kind of token.
 *
 * @param appid WeChat's AppID
 * @param kind the kind of credential
 */
public record TokenKey(String appid, TokenKind kind) {

    /** Returns the key of an account's {@code access_token}. */
    public static TokenKey accessToken(String appid) {
        return new TokenKey(appid, TokenKind.ACCESS_TOKEN);
    }
}
