package io.github.wxtoken.redis;

import io.github.wxtoken.token.Token;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a record read from Redis is well-formed. JSON may contain nulls that the record's types forbid. Its times
 * and numbers may be so extreme that arithmetic on them overflows, or that all later versions are smaller. A token may
 * be one that WeChat never issued.
 */
final class RecordValidation {

    /**
     * A time far beyond any clock that is merely wrong: a record written by such a clock must not count as garbage at
     * other replicas.
     */
    private static final LocalDate END = LocalDate.of(3000, 1, 1);

    private static final Instant END_TIME = END.atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final int MOST = 1_000_000_000;

    private RecordValidation() {}

    /** Returns whether a record, including its nested records, is well-formed. */
    static boolean of(Record part) {
        if (part instanceof Token token && (token.value() == null || !Token.isWellFormed(token.value()))) {
            return false;
        }
        for (RecordComponent component : part.getClass().getRecordComponents()) {
            if (!sound(component, value(component, part))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sound(RecordComponent component, @Nullable Object value) {
        if (value == null) {
            return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        }
        if (value instanceof Record part) {
            return of(part);
        }
        if (value instanceof Instant time) {
            return !time.isBefore(Instant.EPOCH) && time.isBefore(END_TIME);
        }
        if (value instanceof LocalDate day) {
            return !day.isBefore(LocalDate.EPOCH) && day.isBefore(END);
        }
        if (value instanceof Long number) {
            return number >= 0 && number < END_TIME.toEpochMilli();
        }
        // WeChat's errcodes may be negative, like -1 and -1000.
        return !(value instanceof Integer number) || (number >= -MOST && number <= MOST);
    }

    private static @Nullable Object value(RecordComponent component, Record part) {
        try {
            return component.getAccessor().invoke(part);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the components of the record are public", e);
        }
    }
}
