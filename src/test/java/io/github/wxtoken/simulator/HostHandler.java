package io.github.wxtoken.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/** Handles the requests of one virtual host: applies faults, executes the call and writes the journal. */
final class HostHandler extends Dispatcher {

    private final int host;
    private final MockWebServer server;
    private final AcceptedSockets sockets;
    private final RequestRouter router;
    private final ActiveFaults faults;
    private final Journal journal;
    private final BusinessCalls business;
    private volatile boolean closed;

    HostHandler(
            int host,
            MockWebServer server,
            AcceptedSockets sockets,
            RequestRouter router,
            ActiveFaults faults,
            Journal journal,
            BusinessCalls business) {
        this.business = business;
        this.host = host;
        this.server = server;
        this.sockets = sockets;
        this.router = router;
        this.faults = faults;
        this.journal = journal;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
        // MockWebServer keeps each request until it is taken. In a long run that would be a leak, as nothing else
        // takes them.
        server.takeRequest(0, TimeUnit.MILLISECONDS);
        Fault fault = faults.draw(RequestRouter.kindOf(request), host, router.appidOf(request));
        if (fault == Fault.HELD) {
            faults.gate().pass(() -> closed);
        }
        Answer answer = perform(request, fault);
        if (fault == Fault.ANSWER_HELD) {
            faults.gate().pass(() -> closed);
        }
        prepareSocket(request, answer.delivery());
        if (RequestRouter.isBusiness(request) && fault == null && answer.body().isEmpty() && answer.status() == 200) {
            return business.execute(request);
        }
        return toResponse(request, answer);
    }

    @Override
    public void close() {
        closed = true;
        faults.gate().wake();
    }

    private Answer perform(RecordedRequest request, @Nullable Fault fault) {
        // Holds the journal's lock, so that the journal has the calls in execution order.
        synchronized (journal) {
            if (fault != null && fault.refuses()) {
                router.countOnly(request);
            }
            boolean done = fault == null || fault.done();
            RequestRouter.Done result = done ? router.answer(request, fault) : router.nothing();
            Answer answer = fault == null ? result.answer() : fault.distort(result.answer());
            journal.add(new Call(
                    0,
                    faults.now(),
                    host,
                    RequestRouter.kindOf(request),
                    request.getUrl().encodedPath(),
                    router.appidOf(request),
                    result.errcode(),
                    fault,
                    result.token() == null ? null : Fingerprint.of(result.token()),
                    result.minted(),
                    0));
            return answer;
        }
    }

    private void prepareSocket(RecordedRequest request, SendMode delivery) {
        if (delivery != SendMode.RESET && delivery != SendMode.HALF_CLOSED) {
            return;
        }
        Socket socket = Objects.requireNonNull(sockets.get(request.getConnectionIndex()));
        try {
            if (delivery == SendMode.RESET) {
                socket.setSoLinger(true, 0);
            } else {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the caller was gone before it could be let down", e);
        }
    }

    private MockResponse toResponse(RecordedRequest request, Answer answer) {
        MockResponse.Builder response = new MockResponse.Builder().code(answer.status());
        if (answer.contentType() != null) {
            String secret = request.getUrl().queryParameter("secret");
            response.setHeader(
                    "Content-Type", answer.contentType().replace(Distortion.SECRET, secret == null ? "" : secret));
        }
        if (answer.status() == 302) {
            response.setHeader("Location", request.getTarget());
        }
        return answer.delivery()
                .carry(response, answer.body(), faults.slowness())
                .build();
    }
}
