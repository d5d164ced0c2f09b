package io.github.wxtoken.simulator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that may call an account and a change that is not in effect yet. Not thread-safe: the account guards
 * it.
 */
final class Whitelist {

    private Setting inForce = Setting.OFF;
    private @Nullable Setting pending;
    private Instant pendingFrom = Instant.MIN;

    void change(Setting setting, Instant now, Instant from) {
        settle(now);
        pending = setting;
        pendingFrom = from;
        settle(now);
    }

    boolean admits(CallKind kind, String callerIp, Instant now) {
        settle(now);
        return inForce.admits(kind, callerIp);
    }

    private void settle(Instant now) {
        if (pending != null && !now.isBefore(pendingFrom)) {
            inForce = pending;
            pending = null;
        }
    }

    /** One state of the whitelist; off if the mode is null. */
    record Setting(@Nullable WhitelistMode mode, List<String> entries) {

        static final Setting OFF = new Setting(null, List.of());

        Setting {
            if (mode == WhitelistMode.MP && entries.size() > 10) {
                throw new IllegalArgumentException("a Mini Program may list 10 addresses, not " + entries.size());
            }
            if (mode == WhitelistMode.OA && entries.stream().anyMatch(entry -> entry.contains("*"))) {
                throw new IllegalArgumentException("an Official Account may list addresses and CIDR blocks, not *");
            }
            entries = List.copyOf(entries);
        }

        private boolean admits(CallKind kind, String callerIp) {
            boolean gated = mode == WhitelistMode.OA || (mode == WhitelistMode.MP && kind == CallKind.TOKEN);
            return !gated || entries.stream().anyMatch(entry -> covers(entry, callerIp));
        }

        private static boolean covers(String entry, String callerIp) {
            if (entry.endsWith(".*")) {
                return callerIp.startsWith(entry.substring(0, entry.length() - 1));
            }
            int slash = entry.indexOf('/');
            if (slash < 0) {
                return entry.equals(callerIp);
            }
            int shift = 32 - Integer.parseInt(entry.substring(slash + 1));
            return bits(entry.substring(0, slash)) >>> shift == bits(callerIp) >>> shift;
        }

        private static long bits(String ipv4) {
            long bits = 0;
            for (String part : ipv4.split("\\.", 4)) {
                bits = bits << 8 | Integer.parseInt(part);
            }
            return bits;
        }
    }
}
