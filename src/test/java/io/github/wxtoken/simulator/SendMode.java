package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;

/** How an answer is sent: complete, late, in part or not at all. */
enum SendMode {
    WHOLE,
    CHUNKED,
    SLOW,
    TRICKLED,
    /** Sends half of the body, then closes the connection. */
    HALF,
    HALF_THEN_SILENT,
    SILENT,
    CLOSED,
    /** Like {@link #CLOSED}, but the socket sends a reset instead of an orderly close. */
    RESET,
    /** Like {@link #SILENT}, but with the sending side of the socket shut down. */
    HALF_CLOSED;

    /** The number of pieces of a trickled body. */
    private static final int PIECES = 20;

    MockResponse.Builder carry(MockResponse.Builder response, String body, Duration slowness) {
        response.body(body);
        return switch (this) {
            case WHOLE -> response;
            case CHUNKED -> response.chunkedBody(body, 7);
            case SLOW -> response.headersDelay(slowness.toMillis(), TimeUnit.MILLISECONDS);
            case TRICKLED -> {
                long bytes = new Buffer().writeUtf8(body).size();
                long piece = Math.max(1, bytes / PIECES);
                yield response.throttleBody(piece, slowness.toMillis() / PIECES, TimeUnit.MILLISECONDS);
            }
            case HALF -> response.onResponseBody(new SocketEffect.CloseSocket());
            case HALF_THEN_SILENT -> response.onResponseBody(SocketEffect.Stall.INSTANCE);
            case SILENT, HALF_CLOSED -> response.onResponseStart(SocketEffect.Stall.INSTANCE);
            case CLOSED, RESET -> response.onResponseStart(new SocketEffect.CloseSocket());
        };
    }
}
