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
import java.util.function.Consumer;

/** A listener that passes every event to one consumer. */
record EveryEvent(Consumer<TokenEvent> consumer) implements TokenListener {

    @Override
    public void refreshed(Refreshed event) {
        consumer.accept(event);
    }

    @Override
    public void adopted(Adopted event) {
        consumer.accept(event);
    }

    @Override
    public void ordered(Ordered event) {
        consumer.accept(event);
    }

    @Override
    public void reissued(Reissued event) {
        consumer.accept(event);
    }

    @Override
    public void refreshFailed(RefreshFailed event) {
        consumer.accept(event);
    }

    @Override
    public void unserved(Unserved event) {
        consumer.accept(event);
    }

    @Override
    public void reported(Reported event) {
        consumer.accept(event);
    }

    @Override
    public void foundDead(FoundDead event) {
        consumer.accept(event);
    }

    @Override
    public void probed(Probed event) {
        consumer.accept(event);
    }

    @Override
    public void contended(Contended event) {
        consumer.accept(event);
    }
}
