package io.github.wxtoken.wechat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of one account, {@code wxtoken.accounts.<name>}.
 *
 * @param appid WeChat's AppID
 * @param secret its AppSecret
 * @param api the API that issues its access_token: {@code classic} or {@code stable}
 * @param tickets WeChat's types of the tickets to keep: {@code jsapi}, {@code wx_card}
 * @param dailyBudget the maximum number of attempts to fetch an access_token in one Beijing day; by default WeChat's
 *     quota for most accounts
 */
record AccountProperties(
        @Nullable String appid,
        @Nullable AppSecret secret,
        @DefaultValue("classic") String api,
        @DefaultValue List<String> tickets,
        @Nullable Integer dailyBudget) {}
