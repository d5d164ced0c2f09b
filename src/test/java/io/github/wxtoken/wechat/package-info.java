/** Tests of the WeChat API client against the simulated WeChat, and of its configuration. */
@NullMarked
package io.github.wxtoken.wechat;

import org.jspecify.annotations.NullMarked;
