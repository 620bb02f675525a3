package io.insightdesk.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.jaxrs.InsightDeskApplication;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;

/** The description of the API, for a server that has no API itself: requests that are tried out go to where it is. */
final class OpenApiServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final byte[] document;

    OpenApiServlet(URI api) {
        try (InputStream in = InsightDeskApplication.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("The jar of the API has no openapi.json");
            }
            JsonNode description = JSON.readTree(in);
            ((ObjectNode) description).putArray("servers").addObject().put("url", api + "/api/v1");
            this.document = JSON.writeValueAsBytes(description);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "public, max-age=300");
        response.setContentLength(document.length);
        response.getOutputStream().write(document);
    }
}
