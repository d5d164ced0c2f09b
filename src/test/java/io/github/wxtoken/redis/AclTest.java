package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests the ACL user of {@code src/docs/operations.md} on a Redis that admits no other user. */
class AclTest {

    private static final Path OPERATIONS = Path.of(System.getProperty("basedir", ""), "src", "docs", "operations.md");

    @Test
    void theDocumentedUserMayDoWhatIsDoneAndHardlyMore() throws IOException {
        String user = documented();
        try (RealRedis redis = new RealRedis("user default off", "user admin on >admin ~* &* +@all", user);
                WeChatSimulator wechat =
                        WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            Account account = wechat.account(RunningServer.APPID, RunningServer.SECRET);
            try (RunningServer one = replica(wechat, redis);
                    RunningServer other = replica(wechat, redis)) {
                String token = one.token();
                assertThat(other.token()).isEqualTo(token);
                int fresh = expiresIn(one.get("/token"));
                // No token is minted this soon after the last one.
                one.getUntil("/token", answer -> expiresIn(answer) < fresh - 6);
                account.kill();
                String next = other.report(token).json().path("access_token").asString();
                assertThat(next).isNotEqualTo(token);
                one.getUntil("/token", answer -> answer.response().body().contains(next));
                one.getUntil(
                        "/actuator/health",
                        answer -> answer.json().path("status").asString().equals("UP"));
            }
            try (RedisClient client = client(redis)) {
                RedisCommands<String, String> admin = client.connect().sync();
                assertThat(admin.aclLog().stream().map(entry -> entry.get("object")))
                        .as("what it was refused")
                        .allSatisfy(command -> assertThat(command).isIn("client", "client|setinfo"));
                Set<String> tooMuch = permitted(user);
                tooMuch.removeAll(called(admin));
                // Called when a Redis does not support the newer protocol.
                assertThat(tooMuch).isSubsetOf("ping");
            }
        }
    }

    @Test
    void aRightThatIsGivenLaterIsMadeUseOf() throws IOException {
        String user = documented().replace(" +subscribe ", " ");
        try (RealRedis redis = new RealRedis("user default off", "user admin on >admin ~* &* +@all", user);
                RedisClient client = client(redis);
                WeChatSimulator wechat =
                        WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            wechat.account(RunningServer.APPID, RunningServer.SECRET);
            RedisCommands<String, String> admin = client.connect().sync();
            try (RunningServer replica = replica(wechat, redis)) {
                replica.getUntil(
                        "/actuator/health", answer -> answer.response().body().contains("does not permit this user"));
                admin.aclSetuser("wxtoken", AclSetuserArgs.Builder.addCommand(CommandType.SUBSCRIBE));
                replica.getUntil("/token", answer -> admin.pubsubNumsub(RedisKeys.CHANNEL)
                        .containsValue(1L));
                replica.getUntil(
                        "/actuator/health",
                        answer -> answer.json().path("status").asString().equals("UP"));
            }
        }
    }

    private static RunningServer replica(WeChatSimulator wechat, RealRedis redis) {
        return RunningServer.start(
                wechat,
                "--wxtoken.store=redis",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redis.port(),
                "--spring.data.redis.username=wxtoken",
                "--spring.data.redis.password=password");
    }

    private static int expiresIn(Answer answer) {
        return answer.json().path("expires_in").asInt();
    }

    private static RedisClient client(RealRedis redis) {
        return RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(redis.port())
                .withAuthentication("admin", "admin".toCharArray())
                .build());
    }

    private static String documented() throws IOException {
        Matcher user = Pattern.compile("`(user wxtoken [^`]*)`").matcher(Files.readString(OPERATIONS));
        assertThat(user.find()).isTrue();
        return user.group(1);
    }

    private static Set<String> permitted(String user) {
        return List.of(user.split(" ")).stream()
                .filter(rule -> rule.startsWith("+"))
                .map(rule -> rule.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> called(RedisCommands<String, String> admin) {
        return Pattern.compile("cmdstat_([^:]+):")
                .matcher(admin.info("commandstats"))
                .results()
                .map(command -> command.group(1))
                .collect(Collectors.toSet());
    }
}
