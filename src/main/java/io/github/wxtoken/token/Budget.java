package io.github.wxtoken.token;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The number of mint attempts in one day, Beijing time. WeChat's daily quota is assumed to use the same day.
 *
 * @param day the day
 * @param spent the attempts of that day, including failed ones: it is not known whether WeChat counts them
 */
public record Budget(LocalDate day, int spent) {

    private static final ZoneId BEIJING = ZoneId.of("Asia/Shanghai");

    static final Budget UNTOUCHED = new Budget(LocalDate.EPOCH, 0);

    /** Returns the attempts made on the day of an instant. */
    public int spentOn(Instant now) {
        return dayOf(now).isAfter(day) ? 0 : spent;
    }

    /** Returns the budget after one more attempt. A clock set back over midnight does not restore the previous day. */
    Budget spend(Instant now) {
        return dayOf(now).isAfter(day) ? new Budget(dayOf(now), 1) : new Budget(day, spent + 1);
    }

    /** Returns the budget without one attempt that certainly did not reach WeChat. */
    Budget refund() {
        return new Budget(day, Math.max(0, spent - 1));
    }

    /** Returns the midnight at which the day begins. */
    Instant start() {
        return day.atStartOfDay(BEIJING).toInstant();
    }

    /** Returns the midnight at which the next day and its new budget begin. */
    Instant end() {
        return day.plusDays(1).atStartOfDay(BEIJING).toInstant();
    }

    /** Returns the first midnight in Beijing after an instant. */
    public static Instant endOfDay(Instant now) {
        return new Budget(dayOf(now), 0).end();
    }

    private static LocalDate dayOf(Instant now) {
        return LocalDate.ofInstant(now, BEIJING);
    }
}
