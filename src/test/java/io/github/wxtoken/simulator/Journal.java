package io.github.wxtoken.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of the simulated WeChat, in order. Safe for use by many threads; whoever holds its lock keeps the order
 * of what is done and the order of what is written down the same.
 */
public final class Journal {

    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Integer> mints = new HashMap<>();
    private final List<String> traceparents = new ArrayList<>();

    /** All calls so far. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    public synchronized List<Call> calls(Predicate<Call> which) {
        return calls.stream().filter(which).toList();
    }

    /** How many tokens, classic and stable, were minted for calls, not counting somebody else's. */
    public synchronized int mints(String appid) {
        return mints.getOrDefault(appid, 0);
    }

    /** How many token calls arrived, whatever became of them. */
    public int attempts(String appid) {
        return count(appid, CallKind.TOKEN);
    }

    /** How many calls of a kind arrived, whatever became of them. */
    public int calls(String appid, CallKind kind) {
        return count(appid, kind);
    }

    /** How many probe calls arrived, whatever became of them. */
    public int probes(String appid) {
        return count(appid, CallKind.PROBE);
    }

    /** How often somebody else called for a token. */
    public int outOfBand(String appid) {
        return count(appid, CallKind.OUT_OF_BAND);
    }

    /** Returns once the journal has so many calls; fails if that takes longer than 10 s. */
    public synchronized void awaitCalls(int count) {
        Patience.await(this, () -> calls.size() >= count, () -> calls.size() + " calls arrived, not " + count);
    }

    /** The {@code traceparent} headers of those calls that had one, in the order in which they arrived. */
    public synchronized List<String> traceparents() {
        return List.copyOf(traceparents);
    }

    synchronized void traced(@Nullable String traceparent) {
        if (traceparent != null) {
            traceparents.add(traceparent);
        }
    }

    /** Forgets everything, so that what follows is counted from zero. The life of tokens is not forgotten. */
    public synchronized void clear() {
        calls.clear();
        mints.clear();
        traceparents.clear();
    }

    synchronized void add(Call call) {
        String appid = call.appid();
        int soFar = 0;
        if (appid != null) {
            boolean counts = call.minted() && call.kind() != CallKind.OUT_OF_BAND;
            soFar = mints.merge(appid, counts ? 1 : 0, Integer::sum);
        }
        calls.add(call.entered(calls.size() + 1, soFar));
        notifyAll();
    }

    private int count(String appid, CallKind kind) {
        return calls(call -> call.kind() == kind && appid.equals(call.appid())).size();
    }
}
