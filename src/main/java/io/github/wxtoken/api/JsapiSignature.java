package io.github.wxtoken.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The signature that permits a page to use the JS-SDK, with the other arguments of {@code wx.config}. Algorithm:
 * WeChat's JS-SDK documentation, appendix 1.
 *
 * @param appId the AppID of the page's account
 * @param timestamp the time of signing, in seconds since 1970
 * @param nonceStr a random string
 * @param signature the signature
 */
@JsonPropertyOrder({"appId", "timestamp", "nonceStr", "signature"})
record JsapiSignature(String appId, long timestamp, String nonceStr, String signature) {

    /** Signs a page's URL, which must have no fragment. */
    static JsapiSignature sign(String appId, String ticket, String nonceStr, long timestamp, String url) {
        String text = "jsapi_ticket=" + ticket + "&noncestr=" + nonceStr + "&timestamp=" + timestamp + "&url=" + url;
        return new JsapiSignature(appId, timestamp, nonceStr, sha1(text));
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
