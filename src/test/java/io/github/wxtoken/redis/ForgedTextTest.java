package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStoreContract;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tests records whose texts were written to deceive: they forge no line of the log and become no token. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class ForgedTextTest {

    private static final TokenKey KEY = TokenKey.accessToken(RunningServer.APPID);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FORGED_LINE = "2026-11-22T12:00:00 INFO wxtoken.audit : revoke caller=boss";
    private static final String FORGED = "x\r\n" + FORGED_LINE + "\u001b[2J\u2028\u202e";

    private static final RecordFormat FORMAT = new RecordFormat(TokenEncryption.with(new RedisProperties(List.of())));

    @ParameterizedTest
    @ValueSource(strings = {FORGED, "\n", "\u0000", "\ud800", "\u2029 \u200f"})
    void everyTextIsOneShortLine(String text) throws IOException {
        for (String forged : List.of(text, text + "y".repeat(100_000))) {
            List<String> texts = texts(read(withTexts(JSON.getNodeFactory().stringNode(forged))));
            assertThat(texts).hasSize(4).allSatisfy(ForgedTextTest::assertHarmless);
        }
    }

    @Test
    void aNumberInThePlaceOfATextIsShortToo() throws IOException {
        JsonNode number = JSON.readTree("9".repeat(900));
        assertThat(texts(read(withTexts(number)))).hasSize(4).allSatisfy(ForgedTextTest::assertHarmless);
    }

    @Test
    void aHarmlessTextStaysAsItIs() throws IOException {
        String longest = "令牌 y".repeat(50);
        assertThat(longest).hasSize(200);
        assertThat(texts(read(withTexts(JSON.getNodeFactory().stringNode(longest)))))
                .hasSize(4)
                .containsOnly(longest);
    }

    /** The owner decides whose claim it is: a replica continues only with its own. */
    @Test
    void differentOwnersStayDifferent() throws IOException {
        String owner = "host-0a1b2c3d";
        String cut = "y".repeat(199);
        List<Claim> claims = new ArrayList<>();
        for (String other : List.of(
                owner, owner + "\n", " " + owner, "\u001b" + owner, cut + "y", cut + "…", cut + "yy", cut + "yz")) {
            TokenRecord record = read(withTexts(JSON.getNodeFactory().stringNode(other)));
            claims.add(Objects.requireNonNull(record.claim()));
            assertThat(read(FORMAT.write(KEY, record, null)))
                    .as("written and read again")
                    .isEqualTo(record);
        }
        assertThat(claims).doesNotHaveDuplicates();
    }

    @Test
    void aForgedTextIsWrittenBackOnlyWhileItIsUnchanged() throws IOException {
        RecordFormat.Read forged =
                FORMAT.read(KEY, withTexts(JSON.getNodeFactory().stringNode(FORGED)));
        assertThat(JSON.readTree(FORMAT.write(KEY, forged.record(), forged))
                        .path("refreshedBy")
                        .asString())
                .isEqualTo(FORGED);
        assertThat(FORMAT.write(KEY, TokenRecord.EMPTY, forged)).contains("\"refreshedBy\":null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\nb", "\u007f", "é", "令牌", "\ud800"})
    void aTokenOfAnotherFormIsNoToken(String value) {
        for (String part : List.of("current", "previous")) {
            assertRefused(part, value);
        }
    }

    @Test
    void aTokenThatIsTooLongIsNoToken() throws IOException {
        assertRefused("current", "t".repeat(2049));
        String longest = "t".repeat(2048);
        assertThat(current(read(withToken("current", longest))).value()).isEqualTo(longest);
    }

    @Test
    void anEncryptedTokenMustHaveTheFormToo() {
        TokenEncryption encryption = TokenEncryption.with(
                new RedisProperties(List.of(Base64.getEncoder().encodeToString(new byte[32]))));
        ObjectNode record = tree();
        ObjectNode current = (ObjectNode) record.path("current");
        current.remove("value");
        current.put("sealed", encryption.seal(KEY, "a\nb"));
        assertThatThrownBy(() -> new RecordFormat(encryption).read(KEY, record.toString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void noLineOfTheLogIsForged(CapturedOutput output) {
        try (RealRedis redis = new RealRedis();
                WeChatSimulator wechat =
                        WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            wechat.account(RunningServer.APPID, RunningServer.SECRET);
            LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", redis.port());
            connections.afterPropertiesSet();
            connections.start();
            StringRedisTemplate template = new StringRedisTemplate(connections);
            try (RunningServer replica = RunningServer.start(
                    wechat,
                    "--wxtoken.store=redis",
                    "--spring.data.redis.host=127.0.0.1",
                    "--spring.data.redis.port=" + redis.port())) {
                replica.getUntil("/token", answer -> answer.status() == 200);
                String stored = String.valueOf(template.opsForHash().get(RedisKeys.record(KEY), "record"));
                template.opsForHash().putAll(RedisKeys.record(KEY), forged(stored));
                template.convertAndSend(RedisKeys.CHANNEL, "changed");
                String health = replica.getUntil(
                                "/actuator/health",
                                answer -> answer.response().body().contains(FORGED_LINE))
                        .response()
                        .body();
                assertThat(health).doesNotContain("\\n" + FORGED_LINE, "\\u001", "\u2028", "\u202e");
            } finally {
                connections.destroy();
            }
        }
        assertThat(output.getAll())
                .contains("took over")
                .contains("x " + FORGED_LINE)
                .doesNotContain("\u001b[2J");
        assertThat(output.getAll().lines()).noneMatch(line -> line.startsWith(FORGED_LINE));
    }

    /** Returns a stored record as another replica would have replaced it, with forged texts. */
    private static Map<String, String> forged(String stored) {
        ObjectNode record = (ObjectNode) JSON.readTree(stored);
        long version = record.path("version").asLong() + 1;
        record.put("version", version);
        ((ObjectNode) record.path("current")).put("value", "token-of-another-replica");
        record.put("refreshedBy", FORGED);
        ObjectNode failure =
                ((ObjectNode) tree().path("failure")).put("text", FORGED).put("hint", FORGED);
        String later =
                InstantSource.system().instant().plus(Duration.ofHours(1)).toString();
        record.set("failure", failure.put("retryAt", later));
        return Map.of("record", record.toString(), "revision", Long.toString(version + 60_000));
    }

    private static void assertRefused(String part, String value) {
        assertThatThrownBy(() -> read(withToken(part, value))).isInstanceOf(IOException.class);
    }

    private static void assertHarmless(String text) {
        assertThat(text).hasSizeBetween(1, 200).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");
    }

    private static TokenRecord read(String text) throws IOException {
        return FORMAT.read(KEY, text).record();
    }

    private static Token current(TokenRecord record) {
        return Objects.requireNonNull(record.current());
    }

    private static String withToken(String part, String value) {
        ObjectNode record = tree();
        ((ObjectNode) record.path(part)).put("value", value);
        return record.toString();
    }

    /** Returns a complete record with a value in the place of each text, except for the tokens. */
    private static String withTexts(JsonNode value) {
        ObjectNode record = tree();
        record.set("refreshedBy", value);
        ((ObjectNode) record.path("claim")).set("owner", value);
        ((ObjectNode) record.path("failure")).set("text", value).set("hint", value);
        return record.toString();
    }

    private static ObjectNode tree() {
        return (ObjectNode) JSON.readTree(FORMAT.write(KEY, TokenStoreContract.full(), null));
    }

    /** Returns the texts of all components, nested ones included, except for the values of tokens. */
    private static List<String> texts(Record part) {
        List<String> texts = new ArrayList<>();
        for (RecordComponent component : part.getClass().getRecordComponents()) {
            Object value = value(component, part);
            if (value instanceof String text && !(part instanceof Token)) {
                texts.add(text);
            } else if (value instanceof Record nested) {
                texts.addAll(texts(nested));
            }
        }
        return texts;
    }

    private static Object value(RecordComponent component, Record part) {
        try {
            return Objects.requireNonNullElse(component.getAccessor().invoke(part), "null".length());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the components are public", e);
        }
    }
}
