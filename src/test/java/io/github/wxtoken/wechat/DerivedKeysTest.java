package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the derivation of keys from AppSecrets. */
final class DerivedKeysTest {

    private static final HexFormat HEX = HexFormat.of();

    /** The test case of RFC 5869, appendix A.3, which has neither salt nor info; the first of its two blocks. */
    @Test
    void theFunctionIsTheStandardOne() {
        byte[] extracted = DerivedKeys.extract(HEX.parseHex("0b".repeat(22)));
        assertThat(HEX.formatHex(extracted))
                .isEqualTo("19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
        assertThat(HEX.formatHex(DerivedKeys.expand(extracted, new byte[0])))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    }

    @Test
    void eachSecretAndEachPurposeHasAKeyOfItsOwn() {
        DerivedKeys keys =
                new DerivedKeys(ConfiguredAccounts.of(Map.of("a", account("wx1", "s1"), "b", account("wx2", "s2"))));
        assertThat(List.of(
                        HEX.formatHex(keys.of("wx1", "p")),
                        HEX.formatHex(keys.of("wx1", "q")),
                        HEX.formatHex(keys.of("wx2", "p"))))
                .doesNotHaveDuplicates();
        assertThat(keys.of("wx1", "p")).isEqualTo(keys.of("wx1", "p")).hasSize(32);
    }

    private static AccountProperties account(String appid, String secret) {
        return new AccountProperties(appid, AppSecret.of(secret), "classic", List.of(), null);
    }
}
