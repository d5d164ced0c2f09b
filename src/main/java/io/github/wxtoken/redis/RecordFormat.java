package io.github.wxtoken.redis;

import io.github.wxtoken.token.StoreProblem;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStoreException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * The format of a record in Redis: JSON with a format number. Fields that a newer version of wxtoken has added are
 * preserved as long as the part that contains them is unchanged. Texts are {@linkplain RecordText made safe} on reading.
 * Thread-safe.
 */
final class RecordFormat {

    /**
     * The format number, increased when older versions can no longer read the format. A component that is added to {@link
     * TokenRecord} needs a default here, or the records of older versions are replaced with all that they hold.
     */
    private static final int FORMAT = 1;

    private static final String FORMAT_FIELD = "format";
    private static final String SEALED = "sealed";
    private static final String VALUE = "value";

    private final JsonMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(new SimpleModule().addDeserializer(String.class, new RecordText()))
            .build();
    private final TokenEncryption encryption;

    RecordFormat(TokenEncryption encryption) {
        this.encryption = encryption;
    }

    /**
     * Reads a record.
     *
     * @throws IOException if the text is not a record
     * @throws TokenStoreException if only another configuration or version can read the record
     */
    Read read(TokenKey key, String text) throws IOException {
        try {
            if (!(json.readTree(text) instanceof ObjectNode tree)
                    || !tree.path(FORMAT_FIELD).isIntegralNumber()) {
                throw new IOException("not a record");
            }
            long format = tree.path(FORMAT_FIELD).asLong(Long.MAX_VALUE);
            if (format > FORMAT) {
                throw new TokenStoreException(StoreProblem.NEWER_RECORDS, "format " + format);
            }
            ObjectNode open = tree.deepCopy();
            open(key, open.path("current"));
            open(key, open.path("previous"));
            TokenRecord record = json.treeToValue(open, TokenRecord.class);
            if (!RecordValidation.of(record)) {
                throw new IOException("not a record");
            }
            return new Read(record, tree);
        } catch (InvalidFormatException e) {
            if (e.getTargetType() != null && e.getTargetType().isEnum()) {
                throw new TokenStoreException(StoreProblem.NEWER_RECORDS);
            }
            throw new IOException("not a record: a value has the wrong type");
        } catch (JacksonException e) {
            // Omits the message, which may quote the text.
            throw new IOException("not a record: " + e.getClass().getSimpleName());
        }
    }

    /** Writes a record; it preserves the unknown fields of the record that was read before, if any. */
    String write(TokenKey key, TokenRecord record, @Nullable Read before) {
        ObjectNode next = json.valueToTree(record);
        seal(key, next.path("current"));
        seal(key, next.path("previous"));
        next.put(FORMAT_FIELD, FORMAT);
        if (before != null) {
            ObjectNode old = json.valueToTree(before.record);
            keep(next, old, record, before);
        }
        return json.writeValueAsString(next);
    }

    /** Copies unchanged fields as they were read, including nested fields unknown to this version. */
    private void keep(ObjectNode next, ObjectNode old, TokenRecord record, Read before) {
        ObjectNode now = json.valueToTree(record);
        for (Map.Entry<String, JsonNode> field : before.tree.properties()) {
            String name = field.getKey();
            boolean ours = name.equals(FORMAT_FIELD) || old.has(name) || now.has(name);
            if (!ours || (now.has(name) && now.path(name).equals(old.path(name)))) {
                next.set(name, resealed(field.getValue(), next.path(name)));
            }
        }
    }

    /**
     * Returns a part as it was read, except for the token's value: that is encrypted with the current key, even if
     * another key was used before.
     */
    private static JsonNode resealed(JsonNode before, JsonNode now) {
        if (!(before instanceof ObjectNode token) || !(now.has(SEALED) || now.has(VALUE))) {
            return before;
        }
        ObjectNode part = token.deepCopy();
        part.remove(List.of(SEALED, VALUE));
        for (String name : List.of(SEALED, VALUE)) {
            if (now.has(name)) {
                part.set(name, now.path(name));
            }
        }
        return part;
    }

    private void seal(TokenKey key, JsonNode token) {
        if (token instanceof ObjectNode plain && encryption.seals()) {
            byte[] sealed = encryption.seal(key, plain.path(VALUE).asString());
            plain.remove(VALUE);
            plain.put(SEALED, sealed);
        }
    }

    private void open(TokenKey key, JsonNode token) throws IOException {
        if (token instanceof ObjectNode sealed && sealed.has(SEALED)) {
            byte[] bytes = sealed.path(SEALED).binaryValue();
            if (bytes == null) {
                throw new IOException("not a record");
            }
            sealed.put(VALUE, encryption.open(key, bytes));
            sealed.remove(SEALED);
        }
    }

    /** A record and the JSON from which it was read. Its {@link #toString()} shows neither. */
    static final class Read {
        private final TokenRecord record;
        private final ObjectNode tree;

        Read(TokenRecord record, ObjectNode tree) {
            this.record = record;
            this.tree = tree;
        }

        TokenRecord record() {
            return record;
        }
    }
}
