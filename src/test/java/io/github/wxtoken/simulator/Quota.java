package io.github.wxtoken.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The limits of an account's calls to one API, per Beijing day and per minute. Not thread-safe: the account guards
 * it.
 *
 * <p>WeChat does not document whether failed calls count or when the day begins. Here all calls count and the day
 * begins at midnight in Beijing.
 */
final class Quota {

    private static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);

    private int daily;
    private int perMinute = Integer.MAX_VALUE;
    private LocalDate day = LocalDate.MIN;
    private long minute = Long.MIN_VALUE;
    private int usedToday;
    private int usedThisMinute;

    Quota(int daily) {
        this.daily = daily;
    }

    void daily(int calls) {
        daily = calls;
    }

    void perMinute(int calls) {
        perMinute = calls;
    }

    /** Counts one call and returns the errcode if it exceeds a limit. */
    Errcode spend(Instant now) {
        roll(now);
        usedToday++;
        usedThisMinute++;
        if (usedToday > daily) {
            return Errcode.DAILY_QUOTA_REACHED;
        }
        return usedThisMinute > perMinute ? Errcode.MINUTE_QUOTA_REACHED : Errcode.OK;
    }

    int usedToday(Instant now) {
        roll(now);
        return usedToday;
    }

    private void roll(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, BEIJING);
        if (!today.equals(day)) {
            day = today;
            usedToday = 0;
        }
        long thisMinute = Math.floorDiv(now.getEpochSecond(), 60);
        if (thisMinute != minute) {
            minute = thisMinute;
            usedThisMinute = 0;
        }
    }
}
