package io.github.wxtoken.relay;

import io.github.wxtoken.keeper.Report;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenUnavailableException;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.wechat.ForwardException;
import io.github.wxtoken.wechat.ForwardedAnswer;
import io.github.wxtoken.wechat.ForwardedCall;
import io.github.wxtoken.wechat.Forwarder;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Passes an authorized call on to WeChat. Thread-safe; blocks the calling thread.
 *
 * <p>The steps:
 *
 * <ol>
 *   <li>The account's current token is put in, and the AppSecret where the call needs it. For a body that cannot be sent
 *       twice, the token is verified unless WeChat accepted it in the last seconds.
 *   <li>The call is sent, once.
 *   <li>If WeChat refuses the token that was put in, the token is reported to the keeper, and the call is sent a second
 *       time with the token that the keeper returns. WeChat refuses before it executes anything, so this is safe for a
 *       POST as well. It needs a body that can be sent twice.
 *   <li>Whatever the last answer is, it goes to the caller unchanged.
 * </ol>
 *
 * <p>After a timeout or a broken connection nothing is sent again: WeChat may have executed the call.
 */
final class Relay {

    private static final String ACCESS_TOKEN = "access_token";

    private final TokenKeeper keeper;
    private final Forwarder forwarder;
    private final long maxBody;
    private final Duration callTimeout;
    private final SpoolFolder folder;

    Relay(TokenKeeper keeper, Forwarder forwarder, RelayProperties properties, SpoolFolder folder) {
        this.keeper = keeper;
        this.forwarder = forwarder;
        this.maxBody = properties.maxBody().toBytes();
        this.callTimeout = properties.callTimeout();
        this.folder = folder;
    }

    /**
     * Passes a call on. The result must be closed.
     *
     * @param appid the AppID of the account
     * @throws RelayException if there is no answer
     * @throws TokenUnavailableException if there is no usable token to put in
     */
    Result pass(HttpServletRequest request, RelayTarget target, String appid, CallDeadline deadline) {
        ForwardedCall.Body body = Bodies.of(request, maxBody, deadline, folder);
        try {
            RawQuery query = query(target);
            ForwardedCall call = new ForwardedCall(
                    appid,
                    request.getMethod(),
                    target.path(),
                    query.encoded(),
                    target.secretParameter(),
                    null,
                    ForwardedHeaders.of(request),
                    body);
            boolean needsToken = !target.isOfUser() && target.secretParameter() == null;
            return needsToken ? withToken(call, query, deadline) : result(send(call, deadline), false, body);
        } catch (RuntimeException e) {
            close(body);
            throw e;
        }
    }

    /** Returns the deadline of a call that begins now. */
    CallDeadline deadline() {
        return new CallDeadline(callTimeout);
    }

    private static RawQuery query(RelayTarget target) {
        String secret = target.secretParameter();
        if (secret == null) {
            return target.query();
        }
        // The AppSecret is put in where it is known. A caller that has shown its key in a header may omit the
        // parameter.
        return target.query().without(ACCESS_TOKEN).with(secret, "");
    }

    private Result withToken(ForwardedCall call, RawQuery query, CallDeadline deadline) {
        TokenKey key = TokenKey.accessToken(call.appid());
        boolean once = call.body() instanceof StreamedBody;
        ServedToken token = await(once ? keeper.confirmed(key) : keeper.current(key));
        Result first = result(send(with(call, query, token), deadline), false, call.body());
        if (!AnswerErrcode.refusesToken(first.errcode)) {
            return first;
        }
        ServedToken other;
        try {
            other = keeper.report(key, token.token().value())
                    .thenApply(Report::served)
                    .join();
        } catch (RuntimeException e) {
            return first;
        }
        if (once || deadline.isNear()) {
            // An SDK that repeats the call itself does so once, so it gets the error when the report has been handled.
            return first;
        }
        first.answer.close();
        Result second = result(send(with(call, query, other), deadline), false, call.body());
        return AnswerErrcode.refusesToken(second.errcode) ? second : second.healedOne();
    }

    private static ForwardedCall with(ForwardedCall call, RawQuery query, ServedToken token) {
        String value = token.token().value();
        return call.with(query.with(ACCESS_TOKEN, value).encoded(), value);
    }

    private ForwardedAnswer send(ForwardedCall call, CallDeadline deadline) {
        try {
            return forwarder.forward(call, deadline.left());
        } catch (ForwardException e) {
            throw switch (e.reason()) {
                case INCOMPLETE ->
                    call.body() instanceof StreamedBody streamed && streamed.isLate()
                            ? Bodies.late()
                            : Bodies.incomplete();
                case UNREACHABLE, BROKEN ->
                    RelayException.problem(HttpStatus.BAD_GATEWAY, "WeChat did not answer: " + e.getMessage() + ".");
                case TIMEOUT ->
                    RelayException.problem(
                            HttpStatus.GATEWAY_TIMEOUT, "WeChat did not answer in time: " + e.getMessage() + ".");
            };
        }
    }

    /** Reads the beginning of an answer. Closes the answer if it cannot be passed on. */
    private static Result result(ForwardedAnswer answer, boolean healed, ForwardedCall.@Nullable Body body) {
        try {
            byte[] beginning = answer.beginning(AnswerErrcode.MOST + 1);
            if (answer.reveals(new String(beginning, StandardCharsets.UTF_8))) {
                throw RelayException.problem(
                        HttpStatus.BAD_GATEWAY,
                        "WeChat's answer contains the account's token or AppSecret, so it is not passed on.");
            }
            return new Result(answer, AnswerErrcode.of(beginning, answer.headers()), healed, body);
        } catch (IOException e) {
            answer.close();
            // OkHttp signals the end of the call's time in this way.
            throw e instanceof InterruptedIOException
                    ? RelayException.problem(HttpStatus.GATEWAY_TIMEOUT, "WeChat's answer did not arrive in time.")
                    : RelayException.problem(HttpStatus.BAD_GATEWAY, "WeChat's answer did not arrive completely.");
        } catch (RuntimeException e) {
            answer.close();
            throw e;
        }
    }

    private static ServedToken await(CompletableFuture<ServedToken> token) {
        try {
            return token.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof TokenUnavailableException unavailable ? unavailable : e;
        }
    }

    private static void close(ForwardedCall.@Nullable Body body) {
        if (body instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                // Nothing more can be done about the temporary file.
            }
        }
    }

    /**
     * An answer of WeChat.
     *
     * @param errcode WeChat's {@code errcode}, 0 if there is none
     * @param healed whether WeChat refused the first token and took the second
     */
    record Result(ForwardedAnswer answer, int errcode, boolean healed, ForwardedCall.@Nullable Body body)
            implements AutoCloseable {

        Result healedOne() {
            return new Result(answer, errcode, true, body);
        }

        @Override
        public void close() {
            answer.close();
            Relay.close(body);
        }
    }
}
