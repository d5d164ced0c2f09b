/**
 * The simulated WeChat platform, the reference for WeChat's behaviour in all tests.
 *
 * <p>It has three layers, each usable without the one above. The rules ({@link io.github.wxtoken.simulator.Platform}
 * and {@link io.github.wxtoken.simulator.Account}) are pure and have their own clock. The wire ({@link
 * io.github.wxtoken.simulator.WeChatSimulator}) is HTTP on loopback with faults and a journal. The control plane is
 * for users with {@code curl}. The package does not depend on the server under test, so a misunderstanding there
 * cannot hide one here.
 */
@NullMarked
package io.github.wxtoken.simulator;

import org.jspecify.annotations.NullMarked;
