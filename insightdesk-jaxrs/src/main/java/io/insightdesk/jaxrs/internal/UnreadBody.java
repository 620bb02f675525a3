package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a request still sends when its answer is already known, for example because it was refused by its headers.
 *
 * <p>A server that answers first may close the connection without a word, and the caller's next request on it is lost.
 * So a short rest is read, and for a long one the answer says that the connection ends here (RFC 9112, section 9.6).
 */
final class UnreadBody {
    private static final String BODY = "io.insightdesk.body";
    private static final int SHORT = 64 * 1024;

    private UnreadBody() {}

    /** Keeps hold of the request's body, so that its rest can be read although a reader closed it. */
    static void watch(ContainerRequestContext request) {
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        boolean chunked = request.getHeaderString("Transfer-Encoding") != null;
        if (chunked || (length != null && !length.equals("0"))) {
            InputStream body = request.getEntityStream();
            request.setProperty(BODY, body);
            request.setEntityStream(new Unclosed(body));
        }
    }

    /** Reads the short rest of the body, or has the answer say that the connection ends. */
    static void dispose(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(BODY) instanceof InputStream body) {
            // Whoever expects "100 Continue" sends nothing before it is told to; reading would tell it to.
            boolean waits = request.getHeaderString("Expect") != null && response.getStatus() >= 400;
            if (waits || !readToEnd(body)) {
                response.getHeaders().putSingle("Connection", "close");
            }
        }
    }

    private static boolean readToEnd(InputStream body) {
        try {
            return body.readNBytes(SHORT + 1).length <= SHORT;
        } catch (IOException | IllegalStateException e) {
            // Broken or taken away: nobody can say where the next request would begin.
            return false;
        }
    }

    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream body) {
            super(body);
        }

        @Override
        public void close() {
            // The container closes the body of its request.
        }
    }
}
