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
 * How a caller shows its key: {@code Authorization: Bearer <key>} (RFC 6750), or HTTP Basic (RFC 7617) with its name and
 * the key.
 */
final class KeyConverter implements AuthenticationConverter {

    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*)");
    private static final Pattern BASIC = Pattern.compile("(?i:basic) .*");

    /** With the least of details: the default ones ask for a session with each request. */
    private final AuthenticationConverter basic = new BasicAuthenticationConverter(HttpServletRequest::getRemoteAddr);

    /** The name and the key of a request; null where it shows none. */
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
