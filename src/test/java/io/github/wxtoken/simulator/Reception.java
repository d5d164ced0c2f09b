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
final class Reception extends Dispatcher {

    private final int host;
    private final MockWebServer server;
    private final AcceptedSockets sockets;
    private final FrontDoor door;
    private final Switchboard board;
    private final Journal journal;
    private volatile boolean closed;

    Reception(
            int host,
            MockWebServer server,
            AcceptedSockets sockets,
            FrontDoor door,
            Switchboard board,
            Journal journal) {
        this.host = host;
        this.server = server;
        this.sockets = sockets;
        this.door = door;
        this.board = board;
        this.journal = journal;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
        // MockWebServer keeps each request until it is taken. In a long run that would be a leak, as nothing else
        // takes them.
        server.takeRequest(0, TimeUnit.MILLISECONDS);
        journal.traced(request.getHeaders().get("traceparent"));
        Fault fault = board.draw(FrontDoor.kindOf(request), host, door.appidOf(request));
        if (fault == Fault.HELD) {
            board.gate().pass(() -> closed);
        }
        Answer answer = perform(request, fault);
        if (fault == Fault.ANSWER_HELD) {
            board.gate().pass(() -> closed);
        }
        prepareSocket(request, answer.delivery());
        return toResponse(request, answer);
    }

    @Override
    public void close() {
        closed = true;
        board.gate().wake();
    }

    private Answer perform(RecordedRequest request, @Nullable Fault fault) {
        // Holds the journal's lock, so that the journal has the calls in execution order.
        synchronized (journal) {
            if (fault != null && fault.refuses()) {
                door.countOnly(request);
            }
            boolean done = fault == null || fault.done();
            FrontDoor.Done result = done ? door.answer(request, fault) : door.nothing();
            Answer answer = fault == null ? result.answer() : fault.distort(result.answer());
            journal.add(new Call(
                    0,
                    board.now(),
                    host,
                    FrontDoor.kindOf(request),
                    request.getUrl().encodedPath(),
                    door.appidOf(request),
                    result.errcode(),
                    fault,
                    result.token() == null ? null : Fingerprint.of(result.token()),
                    result.minted(),
                    0));
            return answer;
        }
    }

    private void prepareSocket(RecordedRequest request, Delivery delivery) {
        if (delivery != Delivery.RESET && delivery != Delivery.HALF_CLOSED) {
            return;
        }
        Socket socket = Objects.requireNonNull(sockets.get(request.getConnectionIndex()));
        try {
            if (delivery == Delivery.RESET) {
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
            response.setHeader("Content-Type", answer.contentType());
        }
        if (answer.status() == 302) {
            response.setHeader("Location", request.getTarget());
        }
        return answer.delivery()
                .carry(response, answer.body(), board.slowness())
                .build();
    }
}
