package io.github.wxtoken.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Verifies a page's signature as WeChat's app does, implemented from the rules and not from the server's code. */
final class PageSignature {

    private PageSignature() {}

    static boolean isOneOf(Iterable<String> tickets, String url, String nonceStr, long timestamp, String signature) {
        for (String ticket : tickets) {
            Map<String, String> fields = new TreeMap<>(Map.of(
                    "url",
                    url.replaceFirst("#.*", ""),
                    "timestamp",
                    Long.toString(timestamp),
                    "noncestr",
                    nonceStr,
                    "jsapi_ticket",
                    ticket));
            String text = fields.entrySet().stream()
                    .map(field -> field.getKey() + "=" + field.getValue())
                    .collect(Collectors.joining("&"));
            if (sha1(text).equals(signature)) {
                return true;
            }
        }
        return false;
    }

    static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
