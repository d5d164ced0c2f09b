package io.github.wxtoken.token;

/**
 * A WeChat account whose tokens are kept: an Official Account or a Mini Program.
 *
 * @param name the operator's name for it, as in {@code wxtoken.accounts.<name>}; it shows in logs, metrics and health
 * @param appid WeChat's AppID
 * @param dailyBudget how many attempts to mint an access token may be made in one Beijing day
 */
public record Account(String name, String appid, int dailyBudget) {}
