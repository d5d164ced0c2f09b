package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenStore.Watcher;
import io.github.wxtoken.token.TokenStoreException;
import java.time.Instant;
import java.util.Map;

/** Reloads records that other replicas have changed, on the store's notifications. Thread-safe. */
record SlotWatcher(Map<TokenKey, TokenSlot> slots) implements Watcher {

    @Override
    public void changed(TokenKey key, long revision) {
        TokenSlot slot = slots.get(key);
        if (slot != null && slot.shared().view().revision() != revision) {
            slot.shared().reloadSoon();
        }
    }

    @Override
    public void missed() {
        slots.values().forEach(slot -> slot.shared().reloadSoon());
    }

    @Override
    public void upToDate(Instant upTo) {
        slots.values().forEach(slot -> slot.shared().upToDate(upTo));
    }

    @Override
    public void away(TokenStoreException why) {
        slots.values().forEach(slot -> slot.shared().away(why));
    }
}
