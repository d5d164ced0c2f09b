package io.github.wxtoken.wechat;

import io.github.wxtoken.support.SafeText;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSourceException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;

/** A call for a token or a ticket. It is sent at most once, to the first host that can be connected to. */
final class Fetch {

    private final WeChatHttp http;
    private final Hosts hosts;
    private final TokenRequest tokenRequest;
    private final SendPermit permit;
    private final Deadline deadline;

    Fetch(WeChatHttp http, Hosts hosts, TokenRequest tokenRequest, BooleanSupplier maySend, Deadline deadline) {
        this.http = http;
        this.hosts = hosts;
        this.tokenRequest = tokenRequest;
        this.permit = new SendPermit(maySend);
        this.deadline = deadline;
    }

    Fetched run() {
        Set<String> failures = new LinkedHashSet<>();
        Set<String> hints = new HashSet<>();
        for (HttpUrl host : hosts.inOrder()) {
            if (deadline.pastHalf() || !permit.valid()) {
                failures.add(TransportFailures.TOO_LATE);
                break;
            }
            try {
                return understood(host, http.send(tokenRequest.call(), tokenRequest.to(host), permit, deadline));
            } catch (TransportException e) {
                String text = SafeText.line(e.text(), tokenRequest.secret()::mask);
                failures.add(text);
                hints.add(e.hint());
                switch (e.reach()) {
                    case NOT_CONNECTED -> hosts.failed(host);
                    case NOT_PERMITTED -> throw notSent(failures, hints);
                    case SENT -> {
                        hosts.failed(host);
                        throw FetchFailures.lost(text);
                    }
                }
            }
        }
        throw notSent(failures, hints);
    }

    /**
     * Returns the exception for a request that no host has received. It cuts the description of many hosts, as a
     * replica that reads it from Redis would, and has the hosts' hint if all failed for the same reason.
     */
    private static TokenSourceException notSent(Set<String> failures, Set<String> hints) {
        String text = SafeText.line(String.join("; ", failures), UnaryOperator.identity());
        return FetchFailures.notSent(text, hints.size() == 1 ? hints.iterator().next() : Hints.EGRESS);
    }

    /** Gives up: the stage must complete before the claim ends, even if the thread is blocked. */
    Fetched late() {
        permit.revoke();
        throw permit.used()
                ? FetchFailures.lost("no answer in time")
                : FetchFailures.notSent("no connection in time: is name resolution slow?", Hints.EGRESS);
    }

    private Fetched understood(HttpUrl host, WeChatResponse answer) {
        Integer code = answer.errcode();
        String token = answer.token(tokenRequest.field());
        if (token != null && (code == null || code == 0)) {
            hosts.answered(host);
            return new Fetched(token, answer.number("expires_in"));
        }
        if (code == null || code == 0 || Errcode.isOfHost(code)) {
            hosts.failed(host);
        } else {
            hosts.answered(host);
        }
        throw FetchFailures.of(answer, tokenRequest);
    }
}
