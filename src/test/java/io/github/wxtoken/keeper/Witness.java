package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.simulator.Platform;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Instants;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An independent check of a token's history, without the code under test. It derives what a careful observer on the
 * caller's side can know and checks each served token and each sent request against it.
 */
final class Witness {

    private static final Duration OVERLAP = Duration.ofMinutes(5);

    private final ManualScheduler time;
    private final int budget;
    private final Api api;
    private final Map<Long, Integer> sentByDay = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private @Nullable Platform platform;

    private final Map<Long, Integer> forcedByDay = new HashMap<>();
    private @Nullable Instant lastForced;
    private boolean reissued;
    private int lastFetch;
    private Instant notBefore = Instant.MIN;
    private final Map<String, Instant> probedAt = new HashMap<>();
    private final Map<String, Instant> acceptedWhenSent = new HashMap<>();

    private String current = "";
    private Instant knownEnd = Instant.MIN;
    private @Nullable Instant lostSince;
    private Instant lostLast = Instant.MIN;
    private Instant aliveAt = Instant.MIN;
    private Instant reportedAt = Instant.MIN;
    private boolean refusedOnce;
    private boolean knownDead;
    private boolean disturbed;
    private boolean disturbedSinceSent;
    private long highestVersion;
    private int served;
    private int committed;
    private final Map<String, Integer> corners = new HashMap<>();

    Witness(ManualScheduler time, int budget, Api api) {
        this.time = time;
        this.budget = budget;
        this.api = api;
    }

    void watch(Platform wechat) {
        platform = wechat;
    }

    void fetchCalled(int number, boolean forced, Instant now) {
        tell((forced ? "forced fetch " : "fetch ") + number);
        assertThat(now).as("a retry keeps its distance%s", story()).isAfterOrEqualTo(notBefore);
        lastFetch = number;
        if (forced) {
            corner("forced");
            assertThat(reissued).as("handed out again%s", story()).isTrue();
            assertThat(lastForced == null || !now.isBefore(lastForced.plusSeconds(30)))
                    .as("half a minute between forced calls%s", story())
                    .isTrue();
            lastForced = now;
        }
    }

    /** Records that a forced call was sent. */
    void forced() {
        int today = forcedByDay.merge(day(), 1, Integer::sum);
        assertThat(today).as("forced calls of a day%s", story()).isLessThanOrEqualTo(20);
    }

    void sent(int number) {
        tell("sent " + number);
        disturbedSinceSent = false;
        int attempts = sentByDay.merge(day(), 1, Integer::sum);
        assertThat(attempts).as("attempts of a day%s", story()).isLessThanOrEqualTo(budget);
        if (attempts == budget) {
            corner("the budget spent");
        }
    }

    void delivered(int number, Instant called, String value, @Nullable Long expiresIn) {
        tell("delivered " + number);
        if (number != lastFetch && api == Api.STABLE) {
            corner("a late answer");
            return;
        }
        if (number != lastFetch) {
            // The claim was taken over: the late token may have superseded the current one or may still be committed.
            happened("a late answer");
            corner("a late answer");
            lost(number, called);
            return;
        }
        long life = expiresIn == null || expiresIn <= 0 ? 300 : Math.min(expiresIn, 7200);
        knownEnd = called.plusSeconds(life);
        if (api == Api.STABLE && value.equals(current)) {
            corner("the same again");
            reissued = knownDead;
            return;
        }
        current = value;
        reissued = false;
        notBefore = time.instant().plusSeconds(5);
        lostSince = null;
        aliveAt = Instant.MIN;
        reportedAt = Instant.MIN;
        refusedOnce = false;
        knownDead = false;
        // The stable API may return a token that was killed before.
        disturbed = disturbedSinceSent || (api == Api.STABLE && !alive(value, time.instant()));
        committed++;
    }

    void refused(Advice advice, @Nullable Duration retryAfter) {
        tell("refused " + advice);
        Duration least =
                switch (advice) {
                    case RETRY_SOON, REPORT -> Duration.ZERO;
                    case BACK_OFF, OPERATOR -> Duration.ofMinutes(5);
                    case QUOTA -> retryAfter == null ? untilMidnightAtMost(Duration.ofHours(1)) : retryAfter;
                };
        notBefore = Instants.later(notBefore, time.instant().plus(least));
    }

    /** Records a lost answer to a request made no earlier than {@code called}. */
    void lost(int number, Instant called) {
        tell("lost " + number);
        if (api == Api.STABLE) {
            return;
        }
        lostSince = lostSince == null ? called : lostSince;
        // The time of a mint, if there was one, is unknown: now at the latest.
        lostLast = time.instant();
    }

    void probeSent(String value) {
        tell("probe");
        Instant last = probedAt.put(value, time.instant());
        assertThat(last == null || !time.instant().isBefore(last.plusSeconds(1)))
                .as("probes of one token keep their distance%s", story())
                .isTrue();
    }

    void judged(String value, Verdict verdict, Instant sent) {
        tell("verdict " + verdict);
        if (verdict == Verdict.ALIVE) {
            acceptedWhenSent.merge(value, sent, Instants::later);
        }
        if (!value.equals(current)) {
            return;
        }
        if (verdict == Verdict.ALIVE) {
            reportedAt = sent.isBefore(reportedAt) ? reportedAt : Instant.MIN;
            refusedOnce = false;
            aliveAt = sent;
            knownDead = false;
            if (lostSince != null && !sent.isBefore(lostLast.plus(OVERLAP))) {
                lostSince = null;
            }
        } else if (verdict.dead()) {
            // A report is a refusal seen by the caller; without one a second probe is needed.
            knownDead |= reportedAt.isAfter(Instant.MIN) || refusedOnce;
            corner(knownDead ? "known to be dead" : "refused once");
            refusedOnce = true;
        }
    }

    void reports(@Nullable String value) {
        tell("report");
        if (value == null || value.equals(current)) {
            reportedAt = time.instant();
        }
    }

    /** Checks the answer to a report made at an instant. */
    void answered(Report report, Instant asked) {
        served(report.served());
        if (report.outcome() == Outcome.ALIVE) {
            corner("reported alive");
            assertThat(acceptedWhenSent.get(report.served().token().value()))
                    .as("WeChat accepted the token when it was asked after the report%s", story())
                    .isAfterOrEqualTo(asked);
        }
    }

    /** Records something unknown to the server that may have ended the current token early. */
    void happened(String what) {
        tell(what);
        disturbed = true;
        disturbedSinceSent = true;
    }

    void served(ServedToken token) {
        served++;
        tell("served");
        Instant now = time.instant();
        String value = token.token().value();
        assertThat(value).as("the newest token%s", story()).isEqualTo(current);
        assertThat(now).as("within its life%s", story()).isBefore(knownEnd);
        assertThat(knownDead).as("known to be dead%s", story()).isFalse();
        if (lostSince != null) {
            corner(now.isBefore(lostSince.plus(OVERLAP)) ? "served through the overlap" : "served on WeChat's word");
            // After the overlap only a recent successful probe allows serving, and only for seconds.
            assertThat(now)
                    .as("within the overlap%s", story())
                    .isBefore(Instants.later(lostSince.plus(OVERLAP), aliveAt.plusSeconds(10)));
        }
        assertThat(token.expiresIn()).isBetween(1L, 7200L);
        assertThat(token.version()).as("versions rise%s", story()).isGreaterThanOrEqualTo(highestVersion);
        highestVersion = token.version();
        assertThat(versions.merge(value, token.version(), (old, fresh) -> old.equals(fresh) ? old : -1L))
                .as("one version a token%s", story())
                .isEqualTo(token.version());
        if (!disturbed) {
            assertThat(alive(value, now)).as("alive at WeChat%s", story()).isTrue();
        }
    }

    boolean alive(String value, Instant when) {
        return platform != null && platform.wasAlive(value, when);
    }

    String current() {
        return current;
    }

    /** Returns how often each corner case occurred. */
    Map<String, Integer> corners() {
        return corners;
    }

    /** Counts an occurrence of a corner case. */
    void corner(String which) {
        corners.merge(which, 1, Integer::sum);
    }

    int served() {
        return served;
    }

    int committed() {
        return committed;
    }

    /** Returns the number of the day in Beijing, which is eight hours ahead of UTC all year. */
    private long day() {
        return (time.instant().getEpochSecond() + 8 * 3600) / 86_400;
    }

    private Duration untilMidnightAtMost(Duration most) {
        long milli = (time.millis() + 8 * 3_600_000L) % 86_400_000L;
        Duration left = Duration.ofMillis(86_400_000L - milli);
        return left.compareTo(most) < 0 ? left : most;
    }

    private void tell(String what) {
        story.add(time.instant() + " " + what);
    }

    /** Returns the last events as a lazy description for a failing assertion. */
    private Object story() {
        return new Object() {
            @Override
            public String toString() {
                return ":\n" + String.join("\n", story.subList(Math.max(0, story.size() - 40), story.size())) + "\n";
            }
        };
    }
}
