package io.github.wxtoken.relay;

import io.github.wxtoken.wechat.ErrcodeClass;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the {@code errcode} of an answer, whatever content type it has. Answers with an error are small. */
final class AnswerErrcode {

    /** The size of the largest answer that can be an error. Those seen have up to 300 bytes. */
    static final int MOST = 2 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    private AnswerErrcode() {}

    /**
     * Returns the {@code errcode} of a JSON object, or 0 if there is none.
     *
     * @param beginning the whole body, or more than {@link #MOST} bytes of it
     */
    static int of(byte[] beginning, List<Map.Entry<String, String>> headers) {
        if (beginning.length == 0 || beginning.length > MOST) {
            return 0;
        }
        boolean zipped = headers.stream()
                .anyMatch(header -> header.getKey().equalsIgnoreCase("Content-Encoding")
                        && header.getValue().equalsIgnoreCase("gzip"));
        byte[] body = zipped ? unzipped(beginning) : beginning;
        if (body.length == 0 || body.length > MOST || !looksLikeObject(body)) {
            return 0;
        }
        try {
            JsonNode errcode = JSON.readTree(body).get("errcode");
            return errcode != null && errcode.isInt() ? errcode.intValue() : 0;
        } catch (JacksonException e) {
            return 0;
        }
    }

    /** Returns whether a code means that WeChat refuses the access_token. */
    static boolean refusesToken(int errcode) {
        return errcode != 0 && ErrcodeClass.of(errcode) == ErrcodeClass.TOKEN_REFUSED;
    }

    private static boolean looksLikeObject(byte[] body) {
        for (byte b : body) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b == '{';
            }
        }
        return false;
    }

    private static byte[] unzipped(byte[] body) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readNBytes(MOST + 1);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
