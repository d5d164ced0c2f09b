package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests the rules of the platform without HTTP. */
class AccountTest {

    private static final String IP = "203.0.113.7";

    private final MovableClock clock = MovableClock.standingAt(Instant.parse("2026-11-22T02:00:00Z"));
    private final Platform platform = new Platform(clock, 42);
    private final Account account = platform.account(APPID, SECRET);

    @Test
    void aTokenExpiresAfterItsLife() {
        String token = mint();

        advance(7199);
        assertThat(platform.check(token)).isEqualTo(Errcode.OK);
        advance(1);
        assertThat(platform.check(token)).isEqualTo(Errcode.ACCESS_TOKEN_EXPIRED);
    }

    @Test
    void theTokenBeforeLivesFiveMinutesMore() {
        String first = mint();
        String second = mint();

        assertThat(second).isNotEqualTo(first);
        advance(299);
        assertThat(platform.check(first)).isEqualTo(Errcode.OK);
        advance(1);
        assertThat(platform.check(first)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        assertThat(platform.check(second)).isEqualTo(Errcode.OK);
    }

    @Test
    void aThirdTokenEndsTheFirstAtOnce() {
        String first = mint();
        String second = mint();
        advance(10);
        String third = mint();

        assertThat(platform.check(first)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        assertThat(platform.check(second)).isEqualTo(Errcode.OK);
        assertThat(platform.check(third)).isEqualTo(Errcode.OK);
    }

    @Test
    void neverAreMoreThanTwoTokensAliveAndTheLastAlwaysIs() {
        Random random = new Random(5);
        List<String> tokens = new ArrayList<>();

        for (int step = 0; step < 500; step++) {
            tokens.add(mint());
            advance(random.nextInt(400));
            List<String> alive = tokens.stream()
                    .filter(token -> platform.check(token) == Errcode.OK)
                    .toList();
            assertThat(alive).hasSizeLessThanOrEqualTo(2).endsWith(tokens.get(step));
        }
    }

    @Test
    void beingSupersededDoesNotProlongALife() {
        String first = mint();
        advance(7100);
        mint();

        advance(100);
        assertThat(platform.check(first)).isEqualTo(Errcode.ACCESS_TOKEN_EXPIRED);
    }

    @Test
    void somebodyElsesCallSupersedesAndIsCounted() {
        String ours = mint();
        account.mintOutOfBand();

        assertThat(platform.check(ours)).isEqualTo(Errcode.OK);
        account.mintOutOfBand();
        assertThat(platform.check(ours)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        assertThat(account.callsToday()).isEqualTo(3);
        assertThat(platform.journal().outOfBand(APPID)).isEqualTo(2);
        assertThat(platform.journal().mints(APPID)).isZero();
    }

    @Test
    void aKilledTokenIsDeadAtOnceAndItsLifeIsRemembered() {
        String token = mint();
        advance(60);
        account.kill();

        Instant now = clock.instant();
        assertThat(platform.check(token)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        assertThat(platform.wasAlive(token, now)).isFalse();
        assertThat(platform.wasAlive(token, now.minusMillis(1))).isTrue();
        assertThat(platform.wasAlive(token, now.minusSeconds(61))).isFalse();
        assertThat(platform.wasAlive("2", now)).isFalse();
        assertThat(account.current()).isEmpty();
    }

    @Test
    void theDaysQuotaIsSpentByAllCallsAndRenewedAtMidnightInBeijing() {
        account.dailyQuota(3);
        mint();
        assertThat(mint("wrong")).isEqualTo(Errcode.INVALID_APPSECRET);
        mint();

        assertThat(mint(SECRET)).isEqualTo(Errcode.DAILY_QUOTA_REACHED);
        advance(Duration.ofHours(14).toSeconds() - 1); // the time was 10:00 in Beijing
        assertThat(mint(SECRET)).isEqualTo(Errcode.DAILY_QUOTA_REACHED);
        advance(1);
        assertThat(mint(SECRET)).isEqualTo(Errcode.OK);
    }

    @Test
    void theMinutesQuotaIsRenewedWithTheMinute() {
        account.minuteQuota(1);
        mint();

        assertThat(mint(SECRET)).isEqualTo(Errcode.MINUTE_QUOTA_REACHED);
        advance(60);
        assertThat(mint(SECRET)).isEqualTo(Errcode.OK);
    }

    @Test
    void theWhitelistOfAMiniProgramGatesCallsWithTheSecretOnly() {
        String token = mint();
        account.whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.MP, "198.51.100.0/24", "203.0.114.*");

        assertThat(platform.mint(APPID, SECRET, IP))
                .isEqualTo(new Reply.Refused(
                        Errcode.IP_NOT_IN_WHITELIST,
                        "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist"));
        assertThat(platform.judge(CallKind.PROBE, token, IP).errcode()).isEqualTo(Errcode.OK);
        assertThat(platform.mint(APPID, SECRET, "198.51.100.255")).isInstanceOf(Reply.Granted.class);
        assertThat(platform.mint(APPID, SECRET, "203.0.114.9")).isInstanceOf(Reply.Granted.class);
        assertThat(platform.mint(APPID, SECRET, "198.51.101.1")).isInstanceOf(Reply.Refused.class);
    }

    @Test
    void theWhitelistOfAnOfficialAccountGatesEveryCallOnceItIsInForce() {
        String token = mint();
        account.whitelist(WhitelistMode.OA, "198.51.100.1");

        advance(599);
        assertThat(platform.judge(CallKind.PROBE, token, IP).errcode()).isEqualTo(Errcode.OK);
        advance(1);
        assertThat(platform.judge(CallKind.PROBE, token, IP).errcode()).isEqualTo(Errcode.IP_NOT_IN_WHITELIST);
        assertThat(platform.judge(CallKind.PROBE, token, "198.51.100.1").errcode())
                .isEqualTo(Errcode.OK);
        account.whitelistDelay(Duration.ofMinutes(1)).noWhitelist();
        advance(60);
        assertThat(mint(SECRET)).isEqualTo(Errcode.OK);
    }

    @Test
    void aWhitelistTakesOnlyWhatWeChatLetsOneEnter() {
        String[] eleven = new String[11];
        Arrays.fill(eleven, "198.51.100.1");

        assertThatThrownBy(() -> account.whitelist(WhitelistMode.MP, eleven))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> account.whitelist(WhitelistMode.OA, "1.2.3.*"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theStateOfAnAccountRefusesCalls() {
        String token = mint();
        account.refuse(CallKind.TOKEN, Errcode.APPSECRET_FROZEN);

        assertThat(mint(SECRET)).isEqualTo(Errcode.APPSECRET_FROZEN);
        assertThat(platform.check(token)).isEqualTo(Errcode.OK);
        account.refuseNoMore(CallKind.TOKEN);
        assertThat(mint(SECRET)).isEqualTo(Errcode.OK);
    }

    @Test
    void tokensOutliveTheSecretThatBoughtThem() {
        String token = mint();
        account.resetSecret("another");

        assertThat(mint(SECRET)).isEqualTo(Errcode.INVALID_APPSECRET);
        assertThat(platform.check(token)).isEqualTo(Errcode.OK);
        assertThat(mint("another")).isEqualTo(Errcode.OK);
    }

    @Test
    void noTextShowsAToken() {
        String token = mint();

        assertThat(platform.life(token)).get().asString().doesNotContain(token);
        assertThat(new Reply.Granted(token, "7200")).asString().doesNotContain(token);
        assertThat(new Reply.Granted(token, "7200")).asString().contains(Fingerprint.of(token));
    }

    private String mint() {
        return ((Reply.Granted) platform.mint(APPID, SECRET, IP)).accessToken();
    }

    private Errcode mint(String secret) {
        Reply reply = platform.mint(APPID, secret, IP);
        return reply instanceof Reply.Refused refused ? refused.errcode() : Errcode.OK;
    }

    private void advance(long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }
}
