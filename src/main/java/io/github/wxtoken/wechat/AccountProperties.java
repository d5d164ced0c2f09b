package io.github.wxtoken.wechat;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One account, as in {@code wxtoken.accounts.<name>}.
 *
 * @param appid WeChat's AppID
 * @param secret its AppSecret
 * @param dailyBudget how many attempts to mint an access token may be made in one Beijing day
 */
record AccountProperties(@Nullable String appid, @Nullable AppSecret secret, @DefaultValue("2000") int dailyBudget) {}
