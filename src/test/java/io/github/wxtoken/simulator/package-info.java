/**
 * The simulated WeChat platform: what all tests take for the truth about WeChat.
 *
 * <p>Three layers, each usable without the one above: the rules ({@link io.github.wxtoken.simulator.Platform} and
 * {@link io.github.wxtoken.simulator.Account}, pure, with a clock of their own), the wire
 * ({@link io.github.wxtoken.simulator.WeChatSimulator}, HTTP on loopback with faults and a journal), and a control plane
 * for people with {@code curl}. It knows nothing of the server it is made to test, so that a misunderstanding there
 * cannot hide a misunderstanding here.
 */
@NullMarked
package io.github.wxtoken.simulator;

import org.jspecify.annotations.NullMarked;
