package io.github.wxtoken.wechat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One account, as in {@code wxtoken.accounts.<name>}.
 *
 * @param appid WeChat's AppID
 * @param secret its AppSecret
 * @param api by which its access_token is fetched: {@code classic} or {@code stable}
 * @param tickets WeChat's types of the tickets to keep: {@code jsapi}, {@code wx_card}
 * @param dailyBudget how many attempts to fetch an access_token may be made in one Beijing day; left out, WeChat's quota
 *     for most accounts
 */
record AccountProperties(
        @Nullable String appid,
        @Nullable AppSecret secret,
        @DefaultValue("classic") String api,
        @DefaultValue List<String> tickets,
        @Nullable Integer dailyBudget) {}
