package io.github.wxtoken.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the journal: a call that reached WeChat's door. It never holds a secret, nor a token in clear.
 *
 * @param number counts the entries, from 1; also the order in which the calls were done
 * @param time by the simulator's clock
 * @param host index of the virtual host; -1 for what came out of band
 * @param appid of the account called for, or of the token presented; null if that cannot be told
 * @param errcode what WeChat decided; null if a fault kept the call from it. A fault may have hidden the decision
 * @param fault what the answer was spoiled with, if anything
 * @param fingerprint of the token issued or presented
 * @param minted whether a token was issued
 * @param mints how many this account's calls have minted so far, this one included, somebody else's not
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
