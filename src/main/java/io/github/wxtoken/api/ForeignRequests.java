package io.github.wxtoken.api;

import io.github.wxtoken.support.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.http.HttpStatus;

/**
 * Decides whether a foreign web page made a request. A port that requires no key trusts the network, but a browser
 * in that network also sends the requests of any page that it shows. Immutable.
 */
final class ForeignRequests {

    /** The property that lists further host names. */
    static final String PROPERTY = "wxtoken.allowed-hosts";

    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final Set<String> names = new HashSet<>();

    /**
     * Creates the rules.
     *
     * @param allowed the names in {@link #PROPERTY}
     * @param addresses the addresses that the server listens on, as configured; only names matter
     * @throws InvalidConfigurationPropertyValueException if an allowed name is malformed
     */
    ForeignRequests(List<String> allowed, Stream<String> addresses) {
        for (int i = 0; i < allowed.size(); i++) {
            Authority name = Authority.of(allowed.get(i));
            if (name == null || !name.isName() || allowed.get(i).contains(":")) {
                throw new InvalidConfigurationPropertyValueException(
                        PROPERTY + "[" + i + "]",
                        null,
                        Message.of(ForeignRequests.class, "property.host").inSystemLanguage());
            }
            names.add(name.host());
        }
        addresses
                .map(Authority::of)
                .filter(Objects::nonNull)
                .map(Authority::host)
                .forEach(names::add);
    }

    /**
     * Returns why a request is foreign, or null if it is not.
     *
     * @param host the {@code Host} header; null if there is none, though every browser sends one
     * @param origins all {@code Origin} headers
     * @param sites all {@code Sec-Fetch-Site} headers
     * @param opensPage whether a link opens the status page, which is harmless: other pages cannot read it
     */
    @Nullable
    Reason reason(@Nullable String host, List<String> origins, List<String> sites, boolean opensPage) {
        Authority authority = host == null ? null : Authority.of(host);
        if (host != null && (authority == null || !allows(authority))) {
            return Reason.HOST;
        }
        boolean own = origins.stream().allMatch(origin -> authority != null && authority.isOrigin(origin))
                // All ports of a host are one site, so same-site may be a page of another server there.
                && (opensPage || OWN_SITES.containsAll(sites));
        return own ? null : Reason.ORIGIN;
    }

    private boolean allows(Authority authority) {
        return authority.isFixed() || names.contains(authority.host());
    }

    /** A reason to reject a request. */
    enum Reason {
        HOST(HttpStatus.MISDIRECTED_REQUEST, "foreign host"),
        ORIGIN(HttpStatus.FORBIDDEN, "foreign origin");

        private final HttpStatus status;
        private final String text;

        Reason(HttpStatus status, String text) {
            this.status = status;
            this.text = text;
        }

        HttpStatus status() {
            return status;
        }

        /** Returns the reason in a few words, for the audit log. */
        String text() {
            return text;
        }

        /** Returns the explanation for the client, which quotes nothing of the request. */
        Message detail() {
            return switch (this) {
                case HOST -> Message.of(ForeignRequests.class, "foreign.host", PROPERTY);
                case ORIGIN -> Message.of(ForeignRequests.class, "foreign.origin");
            };
        }
    }
}
