package io.github.wxtoken.wechat;

import java.util.function.BooleanSupplier;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * The permission to send one request, at most once, at whichever host can be connected to. Whoever gives it up learns for
 * sure whether the request may have been sent. Thread-safe.
 */
final class SendPermit {

    private final BooleanSupplier maySend;
    private @Nullable Call connecting;
    private boolean used;
    private boolean revoked;

    /** Creates it; it is void as soon as {@code maySend} says so. */
    SendPermit(BooleanSupplier maySend) {
        this.maySend = maySend;
    }

    /** Whether the request may still be sent. */
    boolean valid() {
        boolean allowed = maySend.getAsBoolean();
        synchronized (this) {
            return allowed && !used && !revoked;
        }
    }

    /** Names the call that may send, once it is connected, in place of any other. */
    synchronized void give(Call call) {
        connecting = call;
    }

    /** Uses the permit, right before the first byte is sent; false where the call must not send. */
    boolean use(Call call) {
        boolean allowed = maySend.getAsBoolean();
        synchronized (this) {
            boolean may = allowed && !used && !revoked && connecting == call;
            used |= may;
            return may;
        }
    }

    /** Takes the permit from a call that connects for too long; false if it has sent, or lost the permit before. */
    synchronized boolean take(Call call) {
        boolean taken = !used && connecting == call;
        if (taken) {
            connecting = null;
        }
        return taken;
    }

    /** Ends the permit: nothing is sent any more, if nothing was. */
    synchronized void revoke() {
        revoked = true;
    }

    /** Whether the request was, or is being, sent. */
    synchronized boolean used() {
        return used;
    }
}
