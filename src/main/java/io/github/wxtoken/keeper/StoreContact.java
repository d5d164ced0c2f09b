package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Instants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tracks, for one record, whether this replica is in contact with the others and until when it knows of their changes.
 * All times are of the local clock. Thread-safe.
 */
final class StoreContact {

    /** The silence after which this replica is out of touch. The store reports several times within it. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Duration settles;

    /** The number of notifications that the record may have changed. */
    private final AtomicLong notifications = new AtomicLong();

    /** The number of them that had arrived before the last load. */
    private final AtomicLong loadedNotifications = new AtomicLong();

    private final AtomicReference<Instant> upTo = new AtomicReference<>(Instant.EPOCH);
    private volatile @Nullable Instant since;

    /** Creates it. Others write back what the store has lost within {@code settles} of each contact. */
    StoreContact(InstantSource clock, Duration settles) {
        this.clock = clock;
        this.settles = settles;
    }

    /** Counts a notification of a change that is not loaded yet. */
    void notified() {
        notifications.incrementAndGet();
    }

    /** Returns the number of notifications so far. */
    long notifications() {
        return notifications.get();
    }

    /** Records a load that began at an instant, after so many notifications. */
    void loaded(long notificationsBefore, Instant at) {
        loadedNotifications.accumulateAndGet(notificationsBefore, Math::max);
        confirmed(at);
    }

    /** Records that the notifications of all changes up to an instant have arrived. */
    void upToDate(Instant at) {
        if (loadedNotifications.get() == notifications.get()) {
            confirmed(at);
        }
    }

    /** Records that the store cannot be reached. */
    void lost() {
        since = null;
    }

    private void confirmed(Instant at) {
        Instant before = upTo.getAndAccumulate(at, Instants::later);
        if (since == null || before.plus(SILENCE).isBefore(at)) {
            since = clock.instant();
        }
    }

    /** Returns until when others' changes are known: now, unless this replica was cut off, paused or suspended. */
    Instant knownUntil(Instant now) {
        Instant last = upTo.get();
        return now.isBefore(last.plus(SILENCE)) ? now : last;
    }

    /** Returns whether others have had the time to write back what the store may have lost. */
    boolean hasSettled() {
        Instant in = since;
        return in != null && !clock.instant().isBefore(in.plus(settles));
    }
}
