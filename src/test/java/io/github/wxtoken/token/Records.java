package io.github.wxtoken.token;

import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records to begin a test with, under the default policy; the first token is committed at noon in Beijing. */
final class Records {

    static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    static final Instant MIDNIGHT = Instant.parse("2026-11-22T16:00:00Z");
    static final RefreshPolicy POLICY = new RefreshPolicy(
            Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofMinutes(1), 2000, 100, Issuance.CLASSIC);

    private Records() {}

    /** So many seconds after noon. */
    static Instant at(long seconds) {
        return NOON.plusSeconds(seconds);
    }

    /** A token "t" of a usual life, committed at noon, to be refreshed at 6600 s. */
    static TokenRecord minted() {
        return minted(NOON, 7200L);
    }

    static TokenRecord minted(Instant at, @Nullable Long expiresIn) {
        TokenRecord claimed = TokenRecord.EMPTY.claim("me", at, POLICY);
        return claimed.commit(claim(claimed), new Fetched("t", expiresIn), at, POLICY, 0);
    }

    /** The commit of a record's own claim. */
    static TokenRecord committed(TokenRecord claimed, String value, long seconds) {
        return committed(claimed, claim(claimed), value, seconds);
    }

    static TokenRecord committed(TokenRecord record, Claim claim, String value, long seconds) {
        return record.commit(claim, new Fetched(value, 7200L), at(seconds), POLICY, 0);
    }

    /** The failure of a record's own claim. */
    static TokenRecord failed(TokenRecord claimed, TokenSourceException e, long seconds) {
        return claimed.fail(claim(claimed), e, at(seconds), POLICY, 0);
    }

    /** The first token, whose planned refresh was sent at 6600 s and lost its answer at 6601 s. */
    static TokenRecord lost() {
        return failed(minted().claim("me", at(6600), POLICY), lostAnswer(), 6601);
    }

    static TokenRecord probed(TokenRecord record, Verdict verdict, Trigger trigger, long seconds) {
        return record.probed(record.generation(), verdict, trigger, at(seconds), POLICY);
    }

    /** What a probe finds that a report asked for. */
    static TokenRecord probed(TokenRecord record, Verdict verdict, long seconds) {
        return probed(record, verdict, Trigger.REPORT, seconds);
    }

    static TokenSourceException lostAnswer() {
        return new TokenSourceException(Advice.RETRY_SOON, Outcome.UNKNOWN, 0, "timeout", null, null);
    }

    static TokenSourceException refused(Advice advice, @Nullable Duration retryAfter) {
        return new TokenSourceException(advice, Outcome.REFUSED, 1, "no", null, retryAfter);
    }

    /** Until when a caller may rely on what it is given at an instant. */
    static Instant until(TokenRecord record, Instant now) {
        return Objects.requireNonNull(Offer.of(record, POLICY)).until(now);
    }

    static Claim claim(TokenRecord record) {
        return Objects.requireNonNull(record.claim());
    }

    static Token current(TokenRecord record) {
        return Objects.requireNonNull(record.current());
    }

    static Failure failure(TokenRecord record) {
        return Objects.requireNonNull(record.failure());
    }

    static Doubt doubt(TokenRecord record) {
        return Objects.requireNonNull(record.doubt());
    }
}
