package io.github.wxtoken.caller;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.security.web.authentication.www.BasicAuthenticationConverter;

/**
 * Extracts a caller's key from a request: {@code Authorization: Bearer <key>} (RFC 6750), or HTTP Basic (RFC 7617) with
 * the caller's name and key.
 */
final class KeyConverter implements AuthenticationConverter {

    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*)");
    private static final Pattern BASIC = Pattern.compile("(?i:basic) .*");

    /** With minimal details: the default ones look up a session for each request. */
    private final AuthenticationConverter basic = new BasicAuthenticationConverter(HttpServletRequest::getRemoteAddr);

    /**
     * Returns the name and key of a request, or null if it has no {@code Authorization} header.
     *
     * @throws BadCredentialsException if the header is malformed or repeated
     */
    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        Enumeration<String> headers = request.getHeaders(HttpHeaders.AUTHORIZATION);
        if (!headers.hasMoreElements()) {
            return null;
        }
        String header = headers.nextElement();
        if (headers.hasMoreElements()) {
            throw malformed();
        }
        Matcher bearer = BEARER.matcher(header);
        if (bearer.matches()) {
            return UsernamePasswordAuthenticationToken.unauthenticated(null, bearer.group(1));
        }
        Authentication named = BASIC.matcher(header).matches() ? basic.convert(request) : null;
        if (named == null) {
            throw malformed();
        }
        return named;
    }

    private static BadCredentialsException malformed() {
        return new BadCredentialsException("malformed");
    }
}
