package io.github.wxtoken.wechat;

import io.github.wxtoken.token.TokenSource.Verdict;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** A probe whether WeChat accepts a token. It has no side effects, so any failure is retried at the next host. */
final class TokenProbe {

    private final WeChatHttp http;
    private final Hosts hosts;
    private final String token;
    private final Deadline deadline;

    TokenProbe(WeChatHttp http, Hosts hosts, String token, Deadline deadline) {
        this.http = http;
        this.hosts = hosts;
        this.token = token;
        this.deadline = deadline;
    }

    Verdict run() {
        for (HttpUrl host : hosts.inOrder()) {
            if (deadline.pastHalf()) {
                break;
            }
            Verdict verdict = ask(host);
            if (verdict != null) {
                hosts.answered(host);
                return verdict;
            }
            hosts.failed(host);
        }
        return Verdict.INCONCLUSIVE;
    }

    /** Returns the verdict of one host, or null if it gives none. */
    private @Nullable Verdict ask(HttpUrl host) {
        HttpUrl url = host.newBuilder()
                .addPathSegments("cgi-bin/getcallbackip")
                .addQueryParameter("access_token", token)
                .build();
        try {
            Request.Builder request = new Request.Builder().url(url);
            return verdict(http.send(WeChatCall.PROBE, request, new SendPermit(() -> true), deadline));
        } catch (TransportException e) {
            return null;
        }
    }

    private static @Nullable Verdict verdict(WeChatResponse answer) {
        Integer code = answer.errcode();
        if (code == null || code == 0) {
            return answer.hasList(WeChatCall.PROBE.field()) ? Verdict.ALIVE : null;
        }
        return switch (code) {
            case 40001, 40014 -> Verdict.SUPERSEDED;
            case 42001 -> Verdict.EXPIRED;
            default -> Errcode.isOfHost(code) ? null : Verdict.INCONCLUSIVE;
        };
    }
}
