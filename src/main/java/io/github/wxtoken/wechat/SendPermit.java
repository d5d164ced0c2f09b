package io.github.wxtoken.wechat;

import java.util.function.BooleanSupplier;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * A permit to send one request at most once, to the first host that can be connected to. Once it is revoked, {@link
 * #used()} says for certain whether the request may have been sent. Thread-safe.
 */
final class SendPermit {

    private final BooleanSupplier maySend;
    private @Nullable Call connecting;
    private boolean used;
    private boolean revoked;

    /** Creates a permit that is invalid whenever {@code maySend} returns false. */
    SendPermit(BooleanSupplier maySend) {
        this.maySend = maySend;
    }

    /** Returns whether the request may still be sent. */
    boolean valid() {
        boolean allowed = maySend.getAsBoolean();
        synchronized (this) {
            return allowed && !used && !revoked;
        }
    }

    /** Gives the permit to a call, which may send once it is connected; no earlier call may send any more. */
    synchronized void give(Call call) {
        connecting = call;
    }

    /** Uses the permit right before the first byte is sent; returns false if the call must not send. */
    boolean use(Call call) {
        boolean allowed = maySend.getAsBoolean();
        synchronized (this) {
            boolean may = allowed && !used && !revoked && connecting == call;
            used |= may;
            return may;
        }
    }

    /** Takes the permit from a call that is slow to connect; returns false if it has sent or lost the permit. */
    synchronized boolean take(Call call) {
        boolean taken = !used && connecting == call;
        if (taken) {
            connecting = null;
        }
        return taken;
    }

    /** Revokes the permit: if nothing was sent yet, nothing will be. */
    synchronized void revoke() {
        revoked = true;
    }

    /** Returns whether the request was sent or is being sent. */
    synchronized boolean used() {
        return used;
    }
}
