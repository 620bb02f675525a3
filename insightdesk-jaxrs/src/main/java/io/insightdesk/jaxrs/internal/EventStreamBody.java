package io.insightdesk.jaxrs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.insightdesk.error.InsightDeskException;
import io.insightdesk.event.EventStream;
import io.insightdesk.event.LiveEvent;
import io.insightdesk.event.LiveEventBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream as Server-Sent Events (HTML Standard, 9.2), written for as long as it lasts and the caller listens. Writes once. */
final class EventStreamBody {
    static final String MEDIA_TYPE = "text/event-stream";

    /**
     * After what time without events something is written all the same: so that nobody on the way takes the connection for dead, and
     * because only who writes finds out that the other end is gone, whose stream counts until then.
     */
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** After how many milliseconds a browser connects again. */
    private static final int RETRY = 2000;

    // Jersey keeps the first 8 KiB back, whatever is flushed, to find out whether it can tell the length.
    private static final byte[] BEGINNING = (": " + " ".repeat(8192) + "\nretry: " + RETRY + "\n\n").getBytes(UTF_8);

    private static final Logger LOG = LoggerFactory.getLogger(EventStreamBody.class);

    private final EventStream stream;

    EventStreamBody(EventStream stream) {
        this.stream = stream;
    }

    /** Writes until the stream ends or the caller goes. */
    void write(OutputStream out) {
        try (stream) {
            out.write(BEGINNING);
            named(out, "ready", stream.position(), "{}");
            out.flush();
            follow(out);
        } catch (IOException e) {
            // The caller is gone, or reads too slowly for the container: the usual end of a stream.
            LOG.debug("A stream of events ended while it was written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(OutputStream out) throws IOException, InterruptedException {
        while (true) {
            LiveEventBatch batch;
            try {
                batch = stream.next(HEARTBEAT);
            } catch (InsightDeskException e) {
                named(out, "end", stream.position(), "{\"code\":\"" + e.code() + "\"}");
                out.flush();
                return;
            }
            write(out, batch);
            out.flush();
            if (batch.ended()) {
                return;
            }
        }
    }

    private static void write(OutputStream out, LiveEventBatch batch) throws IOException {
        if (batch.reset()) {
            named(out, "reset", batch.position(), "{}");
        }
        for (LiveEvent one : batch.events()) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            block.write(("id: " + one.position() + "\ndata: ").getBytes(UTF_8));
            // Without line breaks: JSON writes them as \n.
            block.write(JsonCodec.write(EventJson.of(one.event())));
            block.write("\n\n".getBytes(UTF_8));
            block.writeTo(out);
        }
        if (batch.ended()) {
            named(out, "end", batch.position(), "{\"code\":\"streams_closed\"}");
        } else if (batch.events().isEmpty() && !batch.reset()) {
            // No event, but the place to go on from.
            out.write((":\nid: " + batch.position() + "\n\n").getBytes(UTF_8));
        }
    }

    private static void named(OutputStream out, String name, String position, String data) throws IOException {
        out.write(("event: " + name + "\nid: " + position + "\ndata: " + data + "\n\n").getBytes(UTF_8));
    }
}
