package io.github.wxtoken.simulator;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP API by which users control the simulator with {@code curl}. It has its own port, so it also answers while
 * a host is down. It shows only fingerprints of tokens.
 */
final class ControlPlane extends Dispatcher {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int CALLS_SHOWN = 50;

    private final MockWebServer server = new MockWebServer();
    private final Platform platform;
    private final ActiveFaults active;

    ControlPlane(int port, Platform platform, ActiveFaults active) {
        this.platform = platform;
        this.active = active;
        server.setDispatcher(this);
        Loopback.start(server, port);
    }

    URI url() {
        return Loopback.url("http", server.getPort());
    }

    void stop() {
        server.close();
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
        server.takeRequest(0, TimeUnit.MILLISECONDS);
        try {
            return switch (request.getMethod() + " " + request.getUrl().encodedPath()) {
                case "GET /simulator" -> json(200, overview());
                case "GET /simulator/journal" -> json(200, journal());
                case "POST /simulator/kill" ->
                    json(200, state(account(request).kill().killStable()));
                case "POST /simulator/mint" -> json(200, mint(account(request)));
                case "POST /simulator/fault" -> json(200, setFault(request));
                case "DELETE /simulator/faults" -> json(200, clearFaults());
                default -> json(404, Map.of("error", "unknown here; see GET /simulator"));
            };
        } catch (IllegalArgumentException e) {
            return json(400, Map.of("error", String.valueOf(e.getMessage())));
        }
    }

    private Map<String, Object> overview() {
        Map<String, Object> overview = new LinkedHashMap<>();
        overview.put("time", platform.now().toString());
        overview.put("accounts", platform.accounts().stream().map(this::state).toList());
        overview.put("faults", faults());
        overview.put(
                "try",
                List.of(
                        "GET /simulator/journal",
                        "POST /simulator/kill?appid=.. (the current token dies at once)",
                        "POST /simulator/mint?appid=.. (somebody else calls for a token)",
                        "POST /simulator/fault?name=..&times=..&kind=.. (without times: always; without kind: all calls)",
                        "DELETE /simulator/faults"));
        overview.put("fault names", Arrays.toString(Fault.values()));
        return overview;
    }

    private List<Map<String, Object>> journal() {
        List<Call> calls = platform.journal().calls();
        return calls.stream()
                .skip(Math.max(0, calls.size() - CALLS_SHOWN))
                .map(ControlPlane::entry)
                .toList();
    }

    private static Map<String, Object> entry(Call call) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("number", call.number());
        entry.put("time", call.time().toString());
        entry.put("host", call.host());
        entry.put("kind", call.kind().name());
        putIfKnown(entry, "appid", call.appid());
        putIfKnown(
                entry, "errcode", call.errcode() == null ? null : call.errcode().code());
        putIfKnown(entry, "fault", call.fault() == null ? null : call.fault().name());
        putIfKnown(entry, call.minted() ? "minted" : "token", call.fingerprint());
        entry.put("mints", call.mints());
        return entry;
    }

    private static void putIfKnown(Map<String, Object> entry, String name, @Nullable Object value) {
        if (value != null) {
            entry.put(name, value);
        }
    }

    private Map<String, Object> mint(Account account) {
        Reply reply = account.mintOutOfBand();
        if (reply instanceof Reply.Refused refused) {
            throw new IllegalArgumentException(refused.errcode().code() + " " + refused.errmsg());
        }
        return state(account);
    }

    private Map<String, Object> state(Account account) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("appid", account.appid());
        TokenLife current = account.current().orElse(null);
        state.put("token", current == null ? "none" : Fingerprint.of(current.token()));
        putIfKnown(state, "dies", current == null ? null : current.diesAt().toString());
        TokenLife stable = account.currentStable().orElse(null);
        putIfKnown(state, "stable token", stable == null ? null : Fingerprint.of(stable.token()));
        putIfKnown(
                state,
                "jsapi ticket",
                account.currentTicket("jsapi").map(Fingerprint::of).orElse(null));
        state.put("issued", account.issued());
        state.put("calls today", account.callsToday());
        return state;
    }

    private Map<String, Object> setFault(RecordedRequest request) {
        Fault fault = constant(Fault.values(), required(request, "name"));
        String kind = request.getUrl().queryParameter("kind");
        String times = request.getUrl().queryParameter("times");
        Faults faults = new Faults(active);
        if (kind != null) {
            faults = faults.on(constant(CallKind.values(), kind));
        }
        if (times == null) {
            faults.always(fault);
        } else {
            faults.next(fault, Integer.parseInt(times));
        }
        return Map.of("faults", faults());
    }

    private Map<String, Object> clearFaults() {
        active.clear();
        return Map.of("faults", faults());
    }

    private List<String> faults() {
        return active.faults().stream().map(Fault::name).toList();
    }

    private Account account(RecordedRequest request) {
        String appid = request.getUrl().queryParameter("appid");
        List<Account> accounts = new ArrayList<>(platform.accounts());
        return appid == null && accounts.size() == 1 ? accounts.get(0) : platform.account(required(request, "appid"));
    }

    private static String required(RecordedRequest request, String parameter) {
        String value = request.getUrl().queryParameter(parameter);
        if (value == null) {
            throw new IllegalArgumentException("parameter " + parameter + " is missing");
        }
        return value;
    }

    private static <E extends Enum<E>> E constant(E[] constants, String name) {
        return Arrays.stream(constants)
                .filter(constant -> constant.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("no " + name + " among " + Arrays.toString(constants)));
    }

    private static MockResponse json(int status, Object body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(body) + "\n")
                .build();
    }
}
