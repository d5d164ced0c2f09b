package io.github.wxtoken.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The calls to the simulated WeChat, in order. Thread-safe. A thread that holds the journal's lock keeps the
 * execution order and the journal order the same.
 */
public final class Journal {

    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Integer> mints = new HashMap<>();

    /** Returns all calls so far. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    public synchronized List<Call> calls(Predicate<Call> which) {
        return calls.stream().filter(which).toList();
    }

    /** Returns the number of classic and stable tokens minted for calls, excluding those of other clients. */
    public synchronized int mints(String appid) {
        return mints.getOrDefault(appid, 0);
    }

    /** Returns the number of token calls that arrived, whatever their result. */
    public int attempts(String appid) {
        return count(appid, CallKind.TOKEN);
    }

    /** Returns the number of calls of a kind that arrived, whatever their result. */
    public int calls(String appid, CallKind kind) {
        return count(appid, kind);
    }

    /** Returns the number of probe calls that arrived, whatever their result. */
    public int probes(String appid) {
        return count(appid, CallKind.PROBE);
    }

    /** Returns the number of token calls by other clients of the account. */
    public int outOfBand(String appid) {
        return count(appid, CallKind.OUT_OF_BAND);
    }

    /** Waits until the journal has the given number of calls; fails after 10 s. */
    public synchronized void awaitCalls(int count) {
        WaitLimit.await(this, () -> calls.size() >= count, () -> calls.size() + " calls arrived, not " + count);
    }

    /** Removes all entries, so that counts start from zero. The lifetimes of tokens are kept. */
    public synchronized void clear() {
        calls.clear();
        mints.clear();
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
