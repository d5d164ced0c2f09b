package io.github.wxtoken.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One journal entry: a call that reached WeChat. It never contains a secret or a plaintext token.
 *
 * @param number the position among the entries, from 1; also the order in which the calls were executed
 * @param time the time of the simulator's clock
 * @param host the index of the virtual host; -1 for an out-of-band call
 * @param appid the account of the call or of the presented token; null if unknown
 * @param errcode WeChat's decision, which a fault may have hidden; null if a fault kept the call from WeChat
 * @param fault the fault applied to the answer, if any
 * @param fingerprint the fingerprint of the token issued or presented
 * @param minted whether a token was issued
 * @param mints the tokens minted by this account's calls so far, including this one, excluding other clients'
 */
public record Call(
        int number,
        Instant time,
        int host,
        CallKind kind,
        String path,
        @Nullable String appid,
        @Nullable Errcode errcode,
        @Nullable Fault fault,
        @Nullable String fingerprint,
        boolean minted,
        int mints) {

    static Call outOfBand(Instant time, String appid, Reply reply) {
        CallKind kind = CallKind.OUT_OF_BAND;
        if (reply instanceof Reply.Granted granted) {
            String fingerprint = Fingerprint.of(granted.accessToken());
            return new Call(0, time, -1, kind, "", appid, Errcode.OK, null, fingerprint, true, 0);
        }
        return new Call(0, time, -1, kind, "", appid, ((Reply.Refused) reply).errcode(), null, null, false, 0);
    }

    Call entered(int asNumber, int mintsSoFar) {
        return new Call(asNumber, time, host, kind, path, appid, errcode, fault, fingerprint, minted, mintsSoFar);
    }
}
