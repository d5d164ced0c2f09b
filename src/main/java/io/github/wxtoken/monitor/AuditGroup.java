package io.github.wxtoken.monitor;

import io.github.wxtoken.support.EventThrottle.Suppressed;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;

/**
 * The grouping key of audit events that may repeat without end: reports and healed calls of one caller about one
 * token, and failed refreshes of any account. It contains nothing that a caller chooses at will, such as the reported token.
 *
 * @param caller the principal, empty for the server itself
 * @param account the name of the account, or null for any
 * @param ticket the type of the ticket, or null for an access_token
 * @param errcode WeChat's {@code errcode}, or null
 */
record AuditGroup(
        String type,
        String caller,
        @Nullable Object account,
        @Nullable Object ticket,
        @Nullable Object outcome,
        @Nullable Object errcode) {

    /** Returns the group of an event, or null for one that is always written. */
    static @Nullable AuditGroup of(AuditEvent event) {
        var data = event.getData();
        boolean report = event.getType().equals("report") || event.getType().equals("heal");
        if (!report && !(event.getType().equals("refresh") && "failed".equals(data.get("outcome")))) {
            return null;
        }
        return new AuditGroup(
                event.getType(),
                event.getPrincipal(),
                report ? data.get("account") : null,
                data.get("ticket"),
                data.get("outcome"),
                data.get("errcode"));
    }

    /** Returns the group for the events of further groups. It still separates the callers. */
    AuditGroup coarser() {
        return new AuditGroup(type, caller, null, null, outcome, null);
    }

    /** Returns an event that stands for the suppressed ones. It names the account if there is only one. */
    // JDK 17 does not show NullAway that the values of these maps may be null, JDK 25 does.
    @SuppressWarnings("NullAway")
    AuditEvent summary(Suppressed suppressed) {
        Map<String, @Nullable Object> data = new HashMap<>();
        if (suppressed.subjects().size() == 1) {
            data.put("account", suppressed.subjects().iterator().next());
        } else {
            data.put("accounts", suppressed.subjects().size());
        }
        data.put("ticket", ticket);
        data.put("outcome", outcome);
        data.put("errcode", errcode);
        data.put("times", suppressed.times());
        return new AuditEvent(caller, type, data);
    }
}
