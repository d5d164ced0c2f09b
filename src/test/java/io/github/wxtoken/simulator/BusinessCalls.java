package io.github.wxtoken.simulator;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/**
 * WeChat's business APIs, the reason to have a token. Records the calls that were executed, and answers them as a test
 * says. Thread-safe.
 */
public final class BusinessCalls {

    private final List<RecordedRequest> executed = new CopyOnWriteArrayList<>();
    private volatile Function<RecordedRequest, MockResponse> answers =
            request -> json("{\"errcode\":0,\"errmsg\":\"ok\"}");

    /** Returns the executed calls: WeChat accepted their token or their AppSecret. */
    public List<RecordedRequest> executed() {
        return List.copyOf(executed);
    }

    /** Sets the answers to executed calls. The default is success. */
    public void answer(Function<RecordedRequest, MockResponse> newAnswers) {
        answers = newAnswers;
    }

    /** Returns a JSON answer as WeChat sends it. */
    public static MockResponse json(String body) {
        return new MockResponse.Builder()
                .body(body)
                .setHeader("Content-Type", Answer.JSON)
                .build();
    }

    MockResponse execute(RecordedRequest request) {
        executed.add(request);
        return answers.apply(request);
    }
}
