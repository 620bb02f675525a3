package io.insightdesk.server;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the container itself refuses, before any application sees it, is a problem document like every other error. */
final class ContainerErrors extends ErrorHandler {

    private static final String TYPE = "application/problem+json";

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, problem(code), callback);
    }

    private static String problem(int status) {
        String code = switch (status) {
            case 401 -> "unauthenticated";
            case 404 -> "no_such_resource";
            default -> status < 500 ? "bad_request" : "internal_error";
        };
        return """
                {"type":"https://insightdesk.io/problems/#%s","title":"%s","status":%s,"detail":"%s","code":"%s"}
                """.formatted(code, HttpStatus.getMessage(status), status, detail(status), code);
    }

    private static String detail(int status) {
        return status == 404
                ? "There is nothing at this address."
                : status < 500
                        ? "The server could not read the request, not even its address or its headers."
                        : "The server cannot answer now.";
    }
}
