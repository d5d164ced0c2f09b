package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Instants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether this replica is in touch with the others as far as one record goes, and up to when it has heard of what they did.
 * All times are of the local clock. Thread-safe.
 */
final class StoreContact {

    /** Who hears nothing for this long is out of touch; the store says several times in it whether there is anything new. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    /** How long it takes at most until all who are in touch have looked at a store that lost something. */
    private static final Duration SETTLES = Duration.ofSeconds(5);

    private final InstantSource clock;

    /** How often word came that the store may hold something else. */
    private final AtomicLong words = new AtomicLong();

    /** How many of them had come before the last load. */
    private final AtomicLong followed = new AtomicLong();

    private final AtomicReference<Instant> upTo = new AtomicReference<>(Instant.EPOCH);
    private volatile @Nullable Instant since;

    StoreContact(InstantSource clock) {
        this.clock = clock;
    }

    /** Notes that word has come of a change, which is yet to be looked at. */
    void word() {
        words.incrementAndGet();
    }

    /** How often word has come so far. */
    long words() {
        return words.get();
    }

    /** Notes that the store was looked at, at an instant when so many words had come. */
    void looked(long heard, Instant at) {
        followed.accumulateAndGet(heard, Math::max);
        reached(at);
    }

    /** Notes that word has come of every change up to an instant. */
    void heard(Instant at) {
        if (followed.get() == words.get()) {
            reached(at);
        }
    }

    /** Notes that the store cannot be reached. */
    void lost() {
        since = null;
    }

    private void reached(Instant at) {
        Instant before = upTo.getAndAccumulate(at, Instants::later);
        if (since == null || before.plus(SILENCE).isBefore(at)) {
            since = clock.instant();
        }
    }

    /** Up to when it is known what others did: now, unless this replica was cut off, paused or suspended. */
    Instant heardAt(Instant now) {
        Instant last = upTo.get();
        return now.isBefore(last.plus(SILENCE)) ? now : last;
    }

    /** Whether others who know more than the store, which may have lost it, have had the time to give it back. */
    boolean hasSettled() {
        Instant in = since;
        return in != null && !clock.instant().isBefore(in.plus(SETTLES));
    }
}
