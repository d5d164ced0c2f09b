package io.github.wxtoken.simulator;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Routes requests by WeChat's paths and has the platform answer them. */
final class RequestRouter {

    private static final JsonMapper JSON = new JsonMapper();

    /** Some of the business APIs. */
    private static final Pattern BUSINESS =
            Pattern.compile("(/cgi-bin/(message|media|menu|openapi)/|/cgi-bin/clear_quota|/wxa/|/sns/).*");

    /** The calls that take the AppSecret instead of a token. */
    private static final Set<String> LOGIN =
            Set.of("/sns/jscode2session", "/sns/oauth2/access_token", "/cgi-bin/clear_quota/v2");

    private final Platform platform;
    private volatile String callerIp = "127.0.0.1";

    RequestRouter(Platform platform) {
        this.platform = platform;
    }

    void callerIp(String ip) {
        callerIp = ip;
    }

    static CallKind kindOf(RecordedRequest request) {
        return switch (request.getUrl().encodedPath()) {
            case "/cgi-bin/token" -> CallKind.TOKEN;
            case "/cgi-bin/stable_token" -> CallKind.STABLE_TOKEN;
            case "/cgi-bin/ticket/getticket" -> CallKind.TICKET;
            case "/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip" -> CallKind.PROBE;
            case "/cgi-bin/message/custom/send" -> CallKind.BUSINESS;
            default ->
                BUSINESS.matcher(request.getUrl().encodedPath()).matches() ? CallKind.BUSINESS : CallKind.UNKNOWN;
        };
    }

    /** Returns the AppID that the call concerns, as far as it is known before execution; null if unknown. */
    @Nullable
    String appidOf(RecordedRequest request) {
        if (kindOf(request) == CallKind.TOKEN) {
            return request.getUrl().queryParameter("appid");
        }
        if (kindOf(request) == CallKind.STABLE_TOKEN) {
            return body(request).path("appid").stringValue(null);
        }
        return Optional.ofNullable(request.getUrl().queryParameter("access_token"))
                .flatMap(platform::holder)
                .map(Account::appid)
                .orElse(null);
    }

    /** Executes the call. {@code fault} is the one that hits its answer. */
    Done answer(RecordedRequest request, @Nullable Fault fault) {
        Answer blank = Answer.blank(platform.rid());
        if (request.getChunkSizes() != null) {
            // The proxies in front of WeChat's APIs require the length of a body up front.
            return new Done(blank.status(412).contentType(null), null, null, false);
        }
        return switch (kindOf(request)) {
            case TOKEN -> token(request, blank);
            case STABLE_TOKEN -> stableToken(request, blank);
            case TICKET -> ticket(request, blank);
            case PROBE ->
                use(
                        request,
                        blank,
                        fault,
                        "GET",
                        Errcode.GET_REQUIRED,
                        "{\"ip_list\":[\"101.89.47.18\"," + "\"101.91.34.103\",\"183.192.196.0/24\"]}");
            case BUSINESS ->
                request.getUrl().encodedPath().equals("/cgi-bin/message/custom/send")
                        ? use(request, blank, fault, "POST", Errcode.POST_REQUIRED, "{\"errcode\":0,\"errmsg\":\"ok\"}")
                        : business(request, blank);
            case UNKNOWN, OUT_OF_BAND -> refused(blank, Errcode.INVALID_URL, null);
        };
    }

    /** Returns the result of a call that never reached the platform. */
    Done nothing() {
        return new Done(Answer.blank(platform.rid()), null, null, false);
    }

    /** Counts a call that a fault refuses on the platform's behalf. */
    void countOnly(RecordedRequest request) {
        String appid = appidOf(request);
        CallKind kind = kindOf(request);
        if ((kind == CallKind.TOKEN || kind == CallKind.STABLE_TOKEN) && appid != null) {
            platform.find(appid).ifPresent(account -> account.countCall(kind));
        }
    }

    private Done token(RecordedRequest request, Answer blank) {
        if (!request.getMethod().equals("GET")) {
            return refused(blank, Errcode.GET_REQUIRED, null);
        }
        if (!"client_credential".equals(request.getUrl().queryParameter("grant_type"))) {
            return refused(blank, Errcode.INVALID_GRANT_TYPE, null);
        }
        Reply reply = platform.mint(
                request.getUrl().queryParameter("appid"), request.getUrl().queryParameter("secret"), callerIp);
        if (reply instanceof Reply.Granted granted) {
            return new Done(blank.granted(granted), Errcode.OK, granted.accessToken(), true);
        }
        Reply.Refused refused = (Reply.Refused) reply;
        return new Done(blank.refused(refused), refused.errcode(), null, false);
    }

    private Done stableToken(RecordedRequest request, Answer blank) {
        if (!request.getMethod().equals("POST")) {
            return refused(blank, Errcode.POST_REQUIRED, null);
        }
        String type = request.getHeaders().get("Content-Type");
        boolean form = type != null && type.startsWith("application/x-www-form-urlencoded");
        Errcode bodyVerdict = judgeBody(request.getBody());
        if (bodyVerdict != Errcode.OK) {
            return refused(blank, form ? Errcode.APPID_MISSING : bodyVerdict, null);
        }
        JsonNode body = body(request);
        if (!body.path("grant_type").asString("").equals("client_credential")) {
            return refused(blank, Errcode.INVALID_GRANT_TYPE, null);
        }
        String appid = body.path("appid").stringValue(null);
        int before = platform.issuedStable(appid);
        Reply reply = platform.stable(
                appid,
                body.path("secret").stringValue(null),
                body.path("force_refresh").asBoolean(false),
                callerIp);
        if (reply instanceof Reply.Granted granted) {
            boolean minted = platform.issuedStable(appid) > before;
            return new Done(blank.granted(granted), Errcode.OK, granted.accessToken(), minted);
        }
        Reply.Refused refused = (Reply.Refused) reply;
        return new Done(blank.refused(refused), refused.errcode(), null, false);
    }

    private Done ticket(RecordedRequest request, Answer blank) {
        String token = request.getUrl().queryParameter("access_token");
        if (!request.getMethod().equals("GET")) {
            return refused(blank, Errcode.GET_REQUIRED, token);
        }
        Reply reply = platform.ticket(token, request.getUrl().queryParameter("type"), callerIp);
        if (reply instanceof Reply.Granted granted) {
            String body = "{\"errcode\":0,\"errmsg\":\"ok\",\"ticket\":\"%s\",\"expires_in\":%s}"
                    .formatted(granted.accessToken(), granted.expiresIn());
            return new Done(blank.body(body), Errcode.OK, token, false);
        }
        Reply.Refused refused = (Reply.Refused) reply;
        return new Done(blank.refused(refused), refused.errcode(), token, false);
    }

    private static JsonNode body(RecordedRequest request) {
        ByteString body = request.getBody();
        return judgeBody(body) == Errcode.OK && body != null ? JSON.readTree(body.utf8()) : JSON.createObjectNode();
    }

    private Done use(
            RecordedRequest request,
            Answer blank,
            @Nullable Fault fault,
            String method,
            Errcode wrongMethod,
            String success) {
        String token = request.getUrl().queryParameter("access_token");
        if (!request.getMethod().equals(method)) {
            return refused(blank, wrongMethod, token);
        }
        Reply.Refused verdict = platform.judge(kindOf(request), token, callerIp);
        boolean forgiven = fault == Fault.DEAD_TOKEN_ACCEPTED
                && token != null
                && platform.life(token).isPresent()
                && platform.check(token) == verdict.errcode();
        if (verdict.errcode() != Errcode.OK && !forgiven) {
            return new Done(blank.refused(verdict), verdict.errcode(), token, false);
        }
        Errcode bodyVerdict = method.equals("POST") ? judgeBody(request.getBody()) : Errcode.OK;
        return bodyVerdict == Errcode.OK
                ? new Done(blank.body(success), Errcode.OK, token, false)
                : refused(blank, bodyVerdict, token);
    }

    /** Judges the credentials of a business call. {@link BusinessCalls} answers it if they are right. */
    private Done business(RecordedRequest request, Answer blank) {
        HttpUrl url = request.getUrl();
        String path = url.encodedPath();
        String secret = path.equals("/cgi-bin/clear_quota/v2") ? "appsecret" : "secret";
        if (LOGIN.contains(path)) {
            String appid = url.queryParameter("appid");
            boolean right = appid != null
                    && platform.find(appid)
                            .map(account -> account.hasSecret(url.queryParameter(secret)))
                            .orElse(false);
            return right ? new Done(blank, Errcode.OK, null, false) : refused(blank, Errcode.INVALID_APPSECRET, null);
        }
        String token = url.queryParameter("access_token");
        if (path.startsWith("/sns/")) {
            return new Done(blank, Errcode.OK, null, false);
        }
        Reply.Refused verdict = platform.judge(CallKind.BUSINESS, token, callerIp);
        return verdict.errcode() == Errcode.OK
                ? new Done(blank, Errcode.OK, token, false)
                : new Done(blank.refused(verdict), verdict.errcode(), token, false);
    }

    /** Returns whether a call was accepted and {@link BusinessCalls} answers it. */
    static boolean isBusiness(RecordedRequest request) {
        return kindOf(request) == CallKind.BUSINESS
                && !request.getUrl().encodedPath().equals("/cgi-bin/message/custom/send");
    }

    private static Errcode judgeBody(@Nullable ByteString body) {
        if (body == null || body.size() == 0) {
            return Errcode.EMPTY_POST_DATA;
        }
        try {
            return JSON.readTree(body.utf8()).isObject() ? Errcode.OK : Errcode.DATA_FORMAT_ERROR;
        } catch (JacksonException e) {
            return Errcode.DATA_FORMAT_ERROR;
        }
    }

    private static Done refused(Answer blank, Errcode errcode, @Nullable String token) {
        return new Done(blank.refused(errcode), errcode, token, false);
    }

    /** An executed call: its answer and the values for its journal entry. */
    record Done(Answer answer, @Nullable Errcode errcode, @Nullable String token, boolean minted) {}
}
