package io.github.wxtoken.token;

import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Initial records for tests, with the default policy. The first token is committed at noon in Beijing. */
public final class Records {

    public static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    public static final Instant MIDNIGHT = Instant.parse("2026-11-22T16:00:00Z");
    public static final RefreshPolicy POLICY = new RefreshPolicy(
            Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofMinutes(1), 2000, 100, Issuance.CLASSIC);

    private Records() {}

    /** Returns the instant this many seconds after noon. */
    public static Instant at(long seconds) {
        return NOON.plusSeconds(seconds);
    }

    /** Returns a record with a token "t" of 7200 s, committed at noon and due at 6600 s. */
    public static TokenRecord minted() {
        return minted(NOON, 7200L);
    }

    public static TokenRecord minted(Instant at, @Nullable Long expiresIn) {
        TokenRecord claimed = TokenRecord.EMPTY.claim("me", at, POLICY);
        return claimed.commit(claim(claimed), new Fetched("t", expiresIn), at, POLICY, 0);
    }

    /** Commits a token under a record's own claim. */
    public static TokenRecord committed(TokenRecord claimed, String value, long seconds) {
        return committed(claimed, claim(claimed), value, seconds);
    }

    public static TokenRecord committed(TokenRecord record, Claim claim, String value, long seconds) {
        return record.commit(claim, new Fetched(value, 7200L), at(seconds), POLICY, 0);
    }

    /** Fails a record's own claim. */
    public static TokenRecord failed(TokenRecord claimed, TokenSourceException e, long seconds) {
        return claimed.fail(claim(claimed), e, at(seconds), POLICY, 0);
    }

    /** Returns the first token after its refresh was sent at 6600 s and its response lost at 6601 s. */
    public static TokenRecord lost() {
        return failed(minted().claim("me", at(6600), POLICY), lostAnswer(), 6601);
    }

    public static TokenRecord probed(TokenRecord record, Verdict verdict, Trigger trigger, long seconds) {
        return record.probed(record.version(), verdict, trigger, at(seconds), POLICY);
    }

    /** Applies the verdict of a probe triggered by a report. */
    public static TokenRecord probed(TokenRecord record, Verdict verdict, long seconds) {
        return probed(record, verdict, Trigger.REPORT, seconds);
    }

    public static TokenSourceException lostAnswer() {
        return new TokenSourceException(Advice.RETRY_SOON, CallOutcome.UNKNOWN, 0, "timeout", null, null);
    }

    public static TokenSourceException refused(Advice advice, @Nullable Duration retryAfter) {
        return new TokenSourceException(advice, CallOutcome.REFUSED, 1, "no", null, retryAfter);
    }

    /** Returns until when a caller may rely on the token that is served at an instant. */
    public static Instant until(TokenRecord record, Instant now) {
        return Objects.requireNonNull(ServingTerms.of(record, POLICY)).until(now);
    }

    public static Claim claim(TokenRecord record) {
        return Objects.requireNonNull(record.claim());
    }

    public static Token current(TokenRecord record) {
        return Objects.requireNonNull(record.current());
    }

    public static Failure failure(TokenRecord record) {
        return Objects.requireNonNull(record.failure());
    }

    public static Doubt doubt(TokenRecord record) {
        return Objects.requireNonNull(record.doubt());
    }

    /** Returns the record with another version. */
    public static TokenRecord withVersion(TokenRecord record, long version) {
        RecordBuilder next = new RecordBuilder(record);
        next.version = version;
        return next.record();
    }

    /** Returns the record with its claim, if any, given to another owner. */
    public static TokenRecord withClaimOf(TokenRecord record, String owner) {
        RecordBuilder next = new RecordBuilder(record);
        Claim claim = record.claim();
        if (claim != null) {
            next.claim = new Claim(owner, claim.fence(), claim.since(), claim.until(), claim.trigger());
        }
        return next.record();
    }

    /** Returns the record without its claim. */
    public static TokenRecord withoutClaim(TokenRecord record) {
        RecordBuilder next = new RecordBuilder(record);
        next.claim = null;
        return next.record();
    }
}
