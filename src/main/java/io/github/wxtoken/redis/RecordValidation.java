package io.github.wxtoken.redis;

import io.github.wxtoken.token.Token;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was read can be reckoned with. JSON may have null where the record never has, and times and numbers so far
 * out that the next step from there is beyond what Java can count, or that all versions to come are smaller.
 */
final class RecordValidation {

    /** Far beyond any clock that is merely wrong: what is written by one must not be taken for garbage by the others. */
    private static final LocalDate END = LocalDate.of(3000, 1, 1);

    private static final Instant END_TIME = END.atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final int MOST = 1_000_000_000;

    private RecordValidation() {}

    static boolean of(Record part) {
        if (part instanceof Token token
                && (token.value() == null || token.value().isBlank())) {
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
        // WeChat's errcodes may be negative: -1 and -1000 are.
        return !(value instanceof Integer number) || (number >= -MOST && number <= MOST);
    }

    private static @Nullable Object value(RecordComponent component, Record part) {
        try {
            return component.getAccessor().invoke(part);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the parts of a record are public", e);
        }
    }
}
