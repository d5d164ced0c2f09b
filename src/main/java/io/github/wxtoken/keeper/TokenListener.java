package io.github.wxtoken.keeper;

import io.github.wxtoken.keeper.TokenEvent.Adopted;
import io.github.wxtoken.keeper.TokenEvent.Contended;
import io.github.wxtoken.keeper.TokenEvent.FoundDead;
import io.github.wxtoken.keeper.TokenEvent.Ordered;
import io.github.wxtoken.keeper.TokenEvent.Probed;
import io.github.wxtoken.keeper.TokenEvent.RefreshFailed;
import io.github.wxtoken.keeper.TokenEvent.Refreshed;
import io.github.wxtoken.keeper.TokenEvent.Reissued;
import io.github.wxtoken.keeper.TokenEvent.Reported;
import io.github.wxtoken.keeper.TokenEvent.Unserved;

/**
 * Receives the keeper's events, with one method for each type. A method runs on the thread that publishes the event, so
 * it must not block. The keeper logs its exceptions.
 */
public interface TokenListener {

    /** Called when a new token was committed. */
    default void refreshed(Refreshed event) {}

    /** Called when a token that another replica fetched was taken over. */
    default void adopted(Adopted event) {}

    /** Called when an operator ordered a refresh or a revocation. */
    default void ordered(Ordered event) {}

    /** Called when WeChat returned the current token again. */
    default void reissued(Reissued event) {}

    /** Called when a refresh failed. */
    default void refreshFailed(RefreshFailed event) {}

    /** Called when there is no usable token, and regularly until there is one. */
    default void unserved(Unserved event) {}

    /** Called when a report was answered. */
    default void reported(Reported event) {}

    /** Called when the current token was found dead. */
    default void foundDead(FoundDead event) {}

    /** Called when a probe ended. */
    default void probed(Probed event) {}

    /** Called when a change of the shared record had to be repeated. */
    default void contended(Contended event) {}
}
