package io.github.wxtoken.token;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * How many attempts to mint were made in one Beijing day, by which WeChat's daily quota is assumed to be counted.
 *
 * @param day the day
 * @param spent the attempts that day, failed ones included, as whether WeChat counts those is not known
 */
public record Budget(LocalDate day, int spent) {

    private static final ZoneId BEIJING = ZoneId.of("Asia/Shanghai");

    static final Budget UNTOUCHED = new Budget(LocalDate.EPOCH, 0);

    /** The attempts made so far in the day of an instant. */
    public int spentOn(Instant now) {
        return dayOf(now).isAfter(day) ? 0 : spent;
    }

    /** One attempt more. A clock that was set back does not bring the day before and its budget back. */
    Budget spend(Instant now) {
        return dayOf(now).isAfter(day) ? new Budget(dayOf(now), 1) : new Budget(day, spent + 1);
    }

    /** Takes back one attempt that surely did not reach WeChat. */
    Budget refund() {
        return new Budget(day, Math.max(0, spent - 1));
    }

    /** The midnight at which the day begins. */
    Instant start() {
        return day.atStartOfDay(BEIJING).toInstant();
    }

    /** The midnight at which the next day begins, and with it a new budget. */
    Instant end() {
        return day.plusDays(1).atStartOfDay(BEIJING).toInstant();
    }

    public static Instant endOfDay(Instant now) {
        return new Budget(dayOf(now), 0).end();
    }

    private static LocalDate dayOf(Instant now) {
        return LocalDate.ofInstant(now, BEIJING);
    }
}
