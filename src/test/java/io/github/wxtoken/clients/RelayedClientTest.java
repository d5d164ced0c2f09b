package io.github.wxtoken.clients;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs an SDK in its own process with nothing but the relay as its base URL and the caller's key in place of the
 * AppSecret. Each call must succeed before and after a planned refresh, and each one as the first on a dead token.
 * Afterwards, a dump of the process is searched for the AppSecret and WeChat's tokens.
 */
abstract class RelayedClientTest {

    static final String KEY = Keys.of("shop");

    /** The kinds of calls for which WeChat needs a token. */
    private static final Set<String> ON_TOKEN = Set.of("template", "upload", "download", "code");

    private static final byte[] UPLOADED = random(10 << 20);
    private static final byte[] DOWNLOADED = random(3 << 20);
    private static final byte[] PICTURE = random(40_000);

    @TempDir
    Path directory;

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final RunningServer server = RunningServer.start(
            wechat,
            Stream.concat(
                            Stream.of(Keys.arguments("shop", "relay=/cgi-bin/**,/wxa/**,/sns/**")),
                            Stream.of(
                                    "--wxtoken.accounts.account1.tickets=jsapi",
                                    "--wxtoken.wechat.connect-timeout=10s"))
                    .toArray(String[]::new));
    private final List<String> tokens = new ArrayList<>();

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    /** Returns the arguments of all client programs: the base URL, the AppID, the key and the file to upload. */
    final List<String> arguments() throws IOException {
        Path image = Files.write(directory.resolve("image.jpg"), UPLOADED);
        return List.of(server.url() + "/relay", APPID, KEY, image.toString());
    }

    /**
     * Tests a client.
     *
     * @param calls the calls that the client can make; those of a Mini Program may begin with {@code ma-}
     */
    final void test(ClientProcess client, List<String> calls) throws IOException {
        List<String> onToken =
                calls.stream().filter(call -> ON_TOKEN.contains(kind(call))).toList();
        wechat.business().answer(RelayedClientTest::answer);
        server.callAs(Keys.bearer("shop"));
        String ticket = server.getUntil("/ticket?type=jsapi", answer -> answer.status() == 200)
                .json()
                .path("ticket")
                .asString();
        Map<String, String> results = Map.of(
                "template", "4711",
                "upload", "whole",
                "download", sha256(DOWNLOADED),
                "code", sha256(PICTURE),
                "session", "openid-of-session",
                "login", "openid-of-login",
                "ticket", ticket);
        note();
        String relayToken = client.call("token");
        assertThat(relayToken).startsWith("ey").isNotEqualTo(tokens.get(0));
        List<String> failures = new ArrayList<>();
        for (String call : calls) {
            check(client, "at first", call, results, failures);
        }
        rotate();
        for (String call : calls) {
            check(client, "after a refresh", call, results, failures);
        }
        for (String first : onToken) {
            int mints = wechat.journal().mints(APPID);
            account.kill();
            // Otherwise the relay would treat the token as accepted just now.
            wechat.clock().advance(Duration.ofSeconds(30));
            check(client, "first on a dead token", first, results, failures);
            for (String call : calls) {
                check(client, "after a dead token", call, results, failures);
            }
            note();
            assertThat(wechat.journal().mints(APPID)).as("mints").isEqualTo(mints + 1);
        }
        System.out.printf(
                "%d kinds of calls, failures: %s, %d mints for 1 start, 1 refresh and %d dead tokens%n",
                calls.size(), failures, wechat.journal().mints(APPID), onToken.size());
        assertThat(failures).isEmpty();
        assertThat(wechat.journal().mints(APPID)).isEqualTo(2 + onToken.size());
        assertThat(tokens).hasSize(2 + onToken.size()).doesNotHaveDuplicates();
        assertThat(wechat.business().executed())
                .hasSizeGreaterThan(calls.size())
                .allSatisfy(request -> assertThat(request.getTarget()).doesNotContain(KEY, relayToken));
        search(client, client.call("token"));
    }

    private void search(ClientProcess client, String relayToken) throws IOException {
        Path file = directory.resolve("dump.hprof");
        assertThat(client.call("dump " + file)).isEqualTo("dumped");
        ProcessDump dump = new ProcessDump(file);
        Map<String, Integer> keys = dump.occurrences(KEY);
        Map<String, Integer> relayTokens = dump.occurrences(relayToken);
        List<Map<String, Integer>> secrets = Stream.concat(Stream.of(SECRET), tokens.stream())
                .map(dump::occurrences)
                .toList();
        System.out.printf(
                "a dump of %d bytes: key %s, relay token %s, AppSecret and tokens of WeChat %s%n",
                dump.size(), keys, relayTokens, secrets);
        assertThat(relayTokens.get("ISO-8859-1")).isPositive();
        // The client holds its key in these encodings, to show that the search finds them.
        for (String encoding : encodings()) {
            assertThat(keys.get(encoding)).as(encoding).isPositive();
        }
        assertThat(secrets).hasSize(1 + tokens.size()).allSatisfy(found -> assertThat(found.values())
                .containsOnly(0));
    }

    /** Returns the encodings in which the client's dump must have the key. */
    abstract List<String> encodings();

    /** Returns the call without what tells that it belongs to a Mini Program. */
    private static String kind(String call) {
        return call.replace("ma-", "");
    }

    private static void check(
            ClientProcess client, String when, String call, Map<String, String> results, List<String> failures)
            throws IOException {
        String result = client.call(call);
        if (!result.equals(results.get(kind(call)))) {
            failures.add(call + " " + when + ": " + result);
        }
    }

    private static MockResponse answer(RecordedRequest request) {
        return switch (request.getUrl().encodedPath()) {
            case "/cgi-bin/message/template/send" ->
                BusinessCalls.json("{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":4711}");
            case "/cgi-bin/media/upload" ->
                BusinessCalls.json("{\"type\":\"image\",\"media_id\":\"%s\",\"created_at\":1}"
                        .formatted(contains(request.getBody(), UPLOADED) ? "whole" : "damaged"));
            case "/cgi-bin/media/get" -> image(DOWNLOADED);
            case "/wxa/getwxacodeunlimit" -> image(PICTURE);
            case "/sns/jscode2session" ->
                BusinessCalls.json("{\"session_key\":\"k\",\"openid\":\"openid-of-session\"}");
            case "/sns/oauth2/access_token" ->
                BusinessCalls.json("{\"access_token\":\"u\",\"expires_in\":7200,\"refresh_token\":\"r\","
                        + "\"openid\":\"openid-of-login\",\"scope\":\"snsapi_base\"}");
            default -> BusinessCalls.json("{\"errcode\":40066,\"errmsg\":\"invalid url\"}");
        };
    }

    private static boolean contains(@Nullable ByteString body, byte[] file) {
        return body != null && body.indexOf(file) >= 0;
    }

    private static MockResponse image(byte[] bytes) {
        return new MockResponse.Builder()
                .body(new Buffer().write(bytes))
                .setHeader("Content-Type", "image/jpeg")
                .setHeader("Content-Disposition", "attachment; filename=\"MEDIA_ID.jpg\"")
                .build();
    }

    /** Lets a planned refresh happen, and the previous token end. */
    private void rotate() {
        String before = server.token();
        wechat.clock().advance(Duration.ofMinutes(111));
        server.getUntil(
                "/token",
                answer -> answer.status() == 200
                        && !answer.json().path("access_token").asString().equals(before));
        wechat.clock().advance(Duration.ofMinutes(6));
        note();
    }

    /** Notes WeChat's current token, to be searched for. */
    private void note() {
        tokens.add(account.current().orElseThrow().token());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        // No BOM and no brace, which clients may take for text.
        bytes[0] = (byte) 0xFF;
        bytes[1] = (byte) 0xD8;
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
