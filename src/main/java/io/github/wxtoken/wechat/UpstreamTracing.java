package io.github.wxtoken.wechat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplySenderContext;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Traces calls to WeChat: each call is a span of the trace that caused it and propagates the trace in its headers.
 * Thread-safe.
 *
 * <p>Micrometer's own interceptor records exceptions, whose messages may quote the response. A proxy may echo the whole
 * request there, including the AppSecret. So this interceptor records only the path of the URL, the host and the class
 * name of an exception.
 */
final class UpstreamTracing implements Interceptor {

    /** The name that Spring uses for HTTP client calls. */
    private static final String NAME = "http.client.requests";

    private static final String NONE = "none";

    private final ObservationRegistry observations;

    UpstreamTracing(ObservationRegistry observations) {
        this.observations = observations;
    }

    /** Wraps work so that it runs in the trace of the calling thread. */
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
