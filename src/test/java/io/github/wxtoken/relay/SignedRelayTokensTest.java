package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests the access_tokens of the relay. */
final class SignedRelayTokensTest {

    private static final Instant START = Instant.parse("2026-11-30T00:00:00Z");

    private final Account main = account("main", "wx0123456789abcdef");
    private final Account other = account("other", "wxfedcba9876543210");
    private final Accounts accounts = new Accounts(List.of(main, other));
    private final Callers callers = Keys.callers("shop", "crm");
    private final Caller shop = callers.all().stream()
            .filter(caller -> caller.name().equals("shop"))
            .findFirst()
            .orElseThrow();
    private Instant now = START;
    private String secret = "secret";

    @Test
    void aTokenNamesItsCallerAndAccount() {
        String token = tokens(callers).issue(shop, Keys.of("shop"), main);
        assertThat(tokens(callers).verify(token)).isEqualTo(new SignedRelayTokens.Holder(shop, main));
        assertThat(token).hasSizeLessThan(512).matches("[A-Za-z0-9_.-]+");
    }

    @Test
    void aTokenLivesTwoHoursByAnyReplicasClock() {
        String token = tokens(callers).issue(shop, Keys.of("shop"), main);
        now = START.plusSeconds(7200).plus(Duration.ofMinutes(5)).minusMillis(1);
        assertThat(tokens(callers).verify(token).caller()).isEqualTo(shop);
        now = START.minus(Duration.ofMinutes(5));
        assertThat(tokens(callers).verify(token).caller()).isEqualTo(shop);
        now = START.plusSeconds(7200).plus(Duration.ofMinutes(5));
        assertErrcode(42001, token);
    }

    @Test
    void aResetOfTheAppSecretEndsAll() {
        String token = tokens(callers).issue(shop, Keys.of("shop"), main);
        secret = "another";
        assertErrcode(40001, token);
    }

    @Test
    void aRemovedCallerOrAccountEndsItsTokens() {
        String token = tokens(callers).issue(shop, Keys.of("shop"), main);
        assertThatThrownBy(() -> tokens(Keys.callers("crm")).verify(token)).hasMessageContaining("invalid credential");
        SignedRelayTokens without = new SignedRelayTokens(new Accounts(List.of(other)), callers, this::key, () -> now);
        assertThatThrownBy(() -> without.verify(token)).hasMessageContaining("invalid credential");
    }

    @Test
    void aTokenEndsWithTheKeyOfItsRequest() {
        String token = tokens(callers).issue(shop, Keys.of("another"), main);
        assertErrcode(40001, token);
    }

    @Test
    void forgedTokensAreInvalid() {
        String token = tokens(callers).issue(shop, Keys.of("shop"), main);
        String[] parts = token.split("\\.", -1);
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        assertErrcode(40001, parts[0] + "." + encode(payload.replace("shop", "crm")) + "." + parts[2]);
        assertErrcode(40001, parts[0] + "." + encode(payload.replace(main.appid(), other.appid())) + "." + parts[2]);
        assertErrcode(40001, encode("{\"alg\":\"none\"}") + "." + parts[1] + ".");
        assertErrcode(40001, encode("{\"alg\":\"HS512\"}") + "." + parts[1] + "." + parts[2]);
        assertErrcode(40001, token.substring(0, token.length() - 2));
        assertErrcode(40001, "84_bxCYsomething");
        assertErrcode(40001, "..");
        assertErrcode(40001, "a.b.c");
        assertErrcode(40001, "x".repeat(100_000));
    }

    private void assertErrcode(int errcode, String token) {
        assertThatThrownBy(() -> tokens(callers).verify(token))
                .isInstanceOfSatisfying(
                        RelayException.class, e -> assertThat(e.errcode()).isEqualTo(errcode));
    }

    private SignedRelayTokens tokens(Callers known) {
        return new SignedRelayTokens(accounts, known, this::key, () -> now);
    }

    private byte[] key(String appid) {
        byte[] key = new byte[32];
        byte[] text = (secret + appid).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, key, 0, Math.min(32, text.length));
        return key;
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Account account(String name, String appid) {
        return new Account(name, appid, Api.CLASSIC, Set.of(), 2000);
    }
}
