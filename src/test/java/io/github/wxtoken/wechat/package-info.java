/** What the client of WeChat's API makes of the simulated WeChat, and of wrong configurations. */
@NullMarked
package io.github.wxtoken.wechat;

import org.jspecify.annotations.NullMarked;
