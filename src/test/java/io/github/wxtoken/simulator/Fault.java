package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Fault.Family.LATE;
import static io.github.wxtoken.simulator.Fault.Family.LOST;
import static io.github.wxtoken.simulator.Fault.Family.MISJUDGED;
import static io.github.wxtoken.simulator.Fault.Family.NEVER_DONE;
import static io.github.wxtoken.simulator.Fault.Family.ODD;
import static io.github.wxtoken.simulator.Fault.Family.REFUSED;
import static io.github.wxtoken.simulator.Fault.Family.WITHHELD;
import static io.github.wxtoken.simulator.Fault.Target.ANY_CALL;
import static io.github.wxtoken.simulator.Fault.Target.TOKEN_CALL;
import static io.github.wxtoken.simulator.Fault.Target.USE_OF_TOKEN;
import static io.github.wxtoken.simulator.SendMode.CHUNKED;
import static io.github.wxtoken.simulator.SendMode.CLOSED;
import static io.github.wxtoken.simulator.SendMode.HALF;
import static io.github.wxtoken.simulator.SendMode.HALF_THEN_SILENT;
import static io.github.wxtoken.simulator.SendMode.SILENT;
import static io.github.wxtoken.simulator.SendMode.SLOW;
import static io.github.wxtoken.simulator.SendMode.TRICKLED;

import java.util.function.UnaryOperator;

/**
 * The faults that can occur between a client and WeChat, set on {@link Faults}.
 *
 * <p>The most important property of a fault is whether WeChat executed the call ({@link #done}). If so, a token was
 * minted and the previous one has five minutes left, whatever the client received.
 *
 * <p>Faults that no answer can express are elsewhere: a host that is down ({@link Host#down}) and a failing TLS
 * handshake ({@link WeChatSimulator#hostWithBrokenTls}). For an unresolvable name or an address that never connects,
 * a test configures {@code wechat.invalid} or an address from 192.0.2.0/24.
 */
public enum Fault {
    // WeChat refuses. The call counts against the daily quota; nothing is minted.
    SYSTEM_BUSY(REFUSED, ANY_CALL, Distortion.errcode(Errcode.SYSTEM_BUSY)),
    SYSTEM_ERROR(REFUSED, ANY_CALL, Distortion.errcode(Errcode.SYSTEM_ERROR)),
    /** As seen in one trace: {@code "access_token":null,"expires_in":0} beside the errcode. */
    SYSTEM_ERROR_AND_NULL_TOKEN(REFUSED, TOKEN_CALL, Distortion.errcodeAndNullToken()),
    DAILY_QUOTA_REACHED(REFUSED, ANY_CALL, Distortion.errcode(Errcode.DAILY_QUOTA_REACHED)),
    MINUTE_QUOTA_REACHED(REFUSED, ANY_CALL, Distortion.errcode(Errcode.MINUTE_QUOTA_REACHED)),
    UNHEARD_OF_ERRCODE(REFUSED, ANY_CALL, Distortion.errcode(Errcode.UNHEARD_OF)),
    UNHEARD_OF_NEGATIVE_ERRCODE(REFUSED, ANY_CALL, Distortion.errcode(Errcode.UNHEARD_OF_NEGATIVE)),

    // WeChat misjudges a token or words its refusal differently.
    /** A live token is refused with 40001, as happens around rotations. */
    FLAPPING(REFUSED, USE_OF_TOKEN, Distortion.errcode(Errcode.INVALID_CREDENTIAL)),
    /** A dead token is still accepted, if it was ever valid. */
    DEAD_TOKEN_ACCEPTED(MISJUDGED, USE_OF_TOKEN, Distortion.none()),
    DEAD_TOKEN_IS_40014(
            MISJUDGED, USE_OF_TOKEN, Distortion.insteadOf(Errcode.INVALID_CREDENTIAL, Errcode.INVALID_ACCESS_TOKEN)),
    WRONG_SECRET_IS_40001(
            MISJUDGED, TOKEN_CALL, Distortion.insteadOf(Errcode.INVALID_APPSECRET, Errcode.INVALID_CREDENTIAL)),

    // The call does not reach WeChat's accounts: nothing is minted or counted.
    HTTP_500(NEVER_DONE, ANY_CALL, Distortion.html(500)),
    HTTP_502(NEVER_DONE, ANY_CALL, Distortion.html(502)),
    HTTP_503(NEVER_DONE, ANY_CALL, Distortion.html(503)),
    HTTP_504(NEVER_DONE, ANY_CALL, Distortion.html(504)),
    /** The login page of a corporate proxy, with status 200. */
    LOGIN_PAGE(NEVER_DONE, ANY_CALL, Distortion.html(200)),
    /** 302 to the same URL: a client that follows it gets an answer there, which shows as one attempt too many. */
    REDIRECT(NEVER_DONE, ANY_CALL, Distortion.redirect()),
    /** The connection ends before the answer begins. */
    DROPPED(NEVER_DONE, ANY_CALL, Distortion.delivered(CLOSED)),
    RESET(NEVER_DONE, ANY_CALL, Distortion.delivered(SendMode.RESET)),
    /** The server stops sending but does not close the connection. */
    HALF_CLOSED(NEVER_DONE, ANY_CALL, Distortion.delivered(SendMode.HALF_CLOSED)),
    /** The call is accepted and never answered. */
    NEVER_ANSWERED(NEVER_DONE, ANY_CALL, Distortion.delivered(SILENT)),

    // WeChat executed the call but its answer is lost.
    LOST_DROPPED(LOST, ANY_CALL, Distortion.delivered(CLOSED)),
    LOST_RESET(LOST, ANY_CALL, Distortion.delivered(SendMode.RESET)),
    LOST_NEVER_ANSWERED(LOST, ANY_CALL, Distortion.delivered(SILENT)),
    /** The full Content-Length, then half of the body, then the end of the connection. */
    LOST_HALF_BODY(LOST, ANY_CALL, Distortion.delivered(HALF)),
    LOST_HALF_BODY_THEN_SILENCE(LOST, ANY_CALL, Distortion.delivered(HALF_THEN_SILENT)),
    /** Half of the JSON in a complete HTTP response. */
    LOST_HALF_JSON(LOST, ANY_CALL, Distortion.halfJson()),
    LOST_HTTP_502(LOST, ANY_CALL, Distortion.html(502)),
    LOST_HTTP_504(LOST, ANY_CALL, Distortion.html(504)),
    LOST_EMPTY_BODY(LOST, ANY_CALL, Distortion.body("")),
    LOST_NOT_JSON(LOST, ANY_CALL, Distortion.body("ok")),
    LOST_JSON_ARRAY(LOST, ANY_CALL, Distortion.body("[]")),
    LOST_JSON_NULL(LOST, ANY_CALL, Distortion.body("null")),
    LOST_EMPTY_OBJECT(LOST, ANY_CALL, Distortion.body("{}")),
    /** A valid answer followed by 128 KB that no client should read. */
    LOST_HUGE_BODY(LOST, ANY_CALL, Distortion.hugeBody()),
    LOST_WITHOUT_ACCESS_TOKEN(LOST, TOKEN_CALL, Distortion.body("{\"expires_in\":7200}")),
    LOST_EMPTY_ACCESS_TOKEN(LOST, TOKEN_CALL, Distortion.body("{\"access_token\":\"\",\"expires_in\":7200}")),
    LOST_ACCESS_TOKEN_NO_STRING(LOST, TOKEN_CALL, Distortion.body("{\"access_token\":42,\"expires_in\":7200}")),
    /** A token of 60,000 characters. */
    LOST_HUGE_ACCESS_TOKEN(LOST, TOKEN_CALL, Distortion.accessToken("9".repeat(60_000))),
    /** A token that would clear a terminal and begin a line of its own. */
    LOST_ACCESS_TOKEN_WITH_CONTROLS(LOST, TOKEN_CALL, Distortion.accessToken("91_\\u001b[2J\\r\\nforged")),
    /** A gateway's page whose long Content-Type repeats the AppSecret from the URL. */
    LOST_SECRET_IN_CONTENT_TYPE(LOST, TOKEN_CALL, Distortion.secretInContentType()),

    // WeChat executed the call and the answer is unusual but valid.
    ODD_BYTE_ORDER_MARK(ODD, ANY_CALL, Distortion.byteOrderMark()),
    ODD_EXTRA_FIELDS(ODD, ANY_CALL, Distortion.extraFields()),
    ODD_FIELD_ORDER(ODD, TOKEN_CALL, Distortion.fieldOrder()),
    ODD_WHITESPACE(ODD, ANY_CALL, Distortion.whitespace()),
    ODD_TEXT_PLAIN(ODD, ANY_CALL, Distortion.contentType("text/plain")),
    ODD_NO_CONTENT_TYPE(ODD, ANY_CALL, Distortion.contentType(null)),
    ODD_CHUNKED(ODD, ANY_CALL, Distortion.delivered(CHUNKED)),
    /** A token, preceded by {@code "errcode":0}. */
    ODD_ERRCODE_0(ODD, TOKEN_CALL, Distortion.errcode0()),
    EXPIRES_IN_MISSING(ODD, TOKEN_CALL, Distortion.expiresIn("")),
    EXPIRES_IN_NULL(ODD, TOKEN_CALL, Distortion.expiresIn("null")),
    EXPIRES_IN_ZERO(ODD, TOKEN_CALL, Distortion.expiresIn("0")),
    EXPIRES_IN_NEGATIVE(ODD, TOKEN_CALL, Distortion.expiresIn("-1")),
    EXPIRES_IN_TINY(ODD, TOKEN_CALL, Distortion.expiresIn("1")),
    EXPIRES_IN_STRING(ODD, TOKEN_CALL, Distortion.expiresIn("\"7200\"")),
    EXPIRES_IN_NONSENSE(ODD, TOKEN_CALL, Distortion.expiresIn("\"soon\"")),
    EXPIRES_IN_FLOAT(ODD, TOKEN_CALL, Distortion.expiresIn("7200.5")),
    EXPIRES_IN_HUGE(ODD, TOKEN_CALL, Distortion.expiresIn("99999999999999999999")),

    // Timing. Faults.slowness sets how long the slow ones take; the held ones wait for Faults.release.
    /** WeChat executes the call at once; the answer begins late. */
    SLOW_ANSWER(LATE, ANY_CALL, Distortion.delivered(SLOW)),
    /** The answer arrives a few bytes at a time. */
    TRICKLED_BODY(LATE, ANY_CALL, Distortion.delivered(TRICKLED)),
    /** The call is executed only when it is released, possibly long after its client gave up. */
    HELD(WITHHELD, ANY_CALL, Distortion.none()),
    /** WeChat executes the call at once; the answer is held until it is released. */
    ANSWER_HELD(WITHHELD, ANY_CALL, Distortion.none());

    private final Family family;
    private final Target target;

    @SuppressWarnings("ImmutableEnumChecker") // Distortions are stateless, which their type cannot express.
    private final UnaryOperator<Answer> distortion;

    Fault(Family family, Target target, UnaryOperator<Answer> distortion) {
        this.family = family;
        this.target = target;
        this.distortion = distortion;
    }

    /** Returns whether WeChat executed the call: a token call then minted, unless WeChat itself refused it. */
    public boolean done() {
        return family != NEVER_DONE && family != REFUSED;
    }

    /** Returns whether WeChat executes the call but no usable answer arrives before a held call is released. */
    public boolean losesAnswer() {
        return family == LOST || family == WITHHELD;
    }

    /** Returns whether WeChat executes the call and a valid answer arrives, in an unusual form or late. */
    public boolean keepsAnswer() {
        return family == ODD || family == LATE;
    }

    /** Returns whether this fault can affect a call of that kind. */
    public boolean concerns(CallKind kind) {
        return switch (target) {
            case ANY_CALL -> kind != CallKind.OUT_OF_BAND;
            case TOKEN_CALL -> kind == CallKind.TOKEN || kind == CallKind.STABLE_TOKEN;
            case USE_OF_TOKEN -> kind == CallKind.PROBE || kind == CallKind.BUSINESS || kind == CallKind.TICKET;
        };
    }

    boolean refuses() {
        return family == REFUSED;
    }

    Answer distort(Answer answer) {
        return distortion.apply(answer);
    }

    /** What WeChat does with the call, and what becomes of its answer. */
    enum Family {
        /** WeChat refuses the call and counts it. */
        REFUSED,
        /** WeChat executes the call but misjudges a token or words its refusal differently. */
        MISJUDGED,
        /** The call does not reach WeChat's accounts. */
        NEVER_DONE,
        /** WeChat executes the call; the answer is lost. */
        LOST,
        /** WeChat executes the call; the answer is unusual but valid. */
        ODD,
        /** WeChat executes the call; the answer takes as long as {@link Faults#slowness} says. */
        LATE,
        /** The call or its answer is held until {@link Faults#release}. */
        WITHHELD
    }

    enum Target {
        ANY_CALL,
        TOKEN_CALL,
        USE_OF_TOKEN
    }
}
