package io.github.wxtoken.api;

import io.github.wxtoken.caller.RejectionLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs rejected requests of foreign web pages: one warning a minute, which counts those before it, and audit events.
 * Thread-safe.
 */
final class ForeignRequestLog {

    private static final Logger log = LoggerFactory.getLogger(ForeignRequestLog.class);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int LONGEST_NAME = 100;

    private final RejectionLog rejections;
    private final InstantSource clock;
    private @Nullable Instant last;
    private int more;

    ForeignRequestLog(RejectionLog rejections, InstantSource clock) {
        this.rejections = rejections;
        this.clock = clock;
    }

    /**
     * Logs or counts a rejected request.
     *
     * @param host the {@code Host} header, or null if there is none
     * @param address the remote address
     */
    void add(ForeignRequests.Reason reason, @Nullable String host, String address) {
        rejections.add(null, reason.text(), address);
        int others;
        synchronized (this) {
            Instant now = clock.instant();
            if (last != null && now.isBefore(last.plus(MINUTE))) {
                more++;
                return;
            }
            last = now;
            others = more;
            more = 0;
        }
        log.warn(
                "Rejected a request from {} on a port that requires no key, {}.{}",
                address,
                explanation(reason, host),
                others == 0 ? "" : " Since the last such line, " + others + " more were rejected.");
    }

    private static String explanation(ForeignRequests.Reason reason, @Nullable String host) {
        if (reason == ForeignRequests.Reason.ORIGIN) {
            return "because another web page made it (Origin, Sec-Fetch-Site)";
        }
        Authority authority = host == null ? null : Authority.of(host);
        String shown =
                authority != null && authority.isName() && authority.host().length() <= LONGEST_NAME
                        ? authority.host()
                        : "its host";
        return "because " + shown + " is not in " + ForeignRequests.PROPERTY;
    }
}
