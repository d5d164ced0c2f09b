package io.github.wxtoken.wechat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplySenderContext;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The part that calls to WeChat take in traces: each is a span of the trace for which it is made, and tells WeChat so.
 * Thread-safe.
 *
 * <p>Micrometer's own interceptor would put exceptions on the span, whose messages may quote what came; and a proxy may send
 * back what it was sent, AppSecret and all. Here only the path is told, and the name of an exception.
 */
final class UpstreamTracing implements Interceptor {

    /** Spring's name for calls of this kind. */
    private static final String NAME = "http.client.requests";

    private static final String NONE = "none";

    private final ObservationRegistry observations;

    UpstreamTracing(ObservationRegistry observations) {
        this.observations = observations;
    }

    /** Work that takes the trace of the thread that asks for it to the thread that does it. */
    Runnable carrying(Runnable work) {
        Observation current = observations.getCurrentObservation();
        return current == null ? work : () -> current.scoped(work);
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request asked = chain.request();
        Request.Builder request = asked.newBuilder();
        RequestReplySenderContext<Request.Builder, Response> context =
                new RequestReplySenderContext<>((carrier, name, value) -> {
                    if (carrier != null) {
                        carrier.header(name, value);
                    }
                });
        context.setCarrier(request);
        Observation call = Observation.createNotStarted(NAME, () -> context, observations)
                .contextualName(asked.method() + " " + asked.url().encodedPath())
                .lowCardinalityKeyValue("method", asked.method())
                .lowCardinalityKeyValue("uri", asked.url().encodedPath())
                .lowCardinalityKeyValue("client.name", Hosts.name(asked.url()))
                .start();
        String status = NONE;
        String exception = NONE;
        try {
            Response response = chain.proceed(request.build());
            status = Integer.toString(response.code());
            return response;
        } catch (IOException e) {
            exception = e.getClass().getSimpleName();
            throw e;
        } finally {
            call.lowCardinalityKeyValue("status", status)
                    .lowCardinalityKeyValue("exception", exception)
                    .stop();
        }
    }
}
