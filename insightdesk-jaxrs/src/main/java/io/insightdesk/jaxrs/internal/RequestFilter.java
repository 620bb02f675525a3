package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Names the request and starts its clock; before matching, so that requests for nothing have a name too. */
@Provider
@PreMatching
public final class RequestFilter implements ContainerRequestFilter {
    static final String HEADER = "X-Request-Id";
    static final String MDC_KEY = "requestId";
    static final String STARTED = "io.insightdesk.started";
    static final String REQUEST_ID = "io.insightdesk.requestId";

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    /** Makes the filter. */
    public RequestFilter() {}

    @Override
    public void filter(ContainerRequestContext request) {
        begin(request);
    }

    /** Does so once. */
    static void begin(ContainerRequestContext request) {
        if (request.getProperty(REQUEST_ID) != null) {
            return;
        }
        String id = sane(request.getHeaderString(HEADER));
        request.setProperty(STARTED, System.nanoTime());
        request.setProperty(REQUEST_ID, id);
        MDC.put(MDC_KEY, id);
        UnreadBody.watch(request);
    }

    private static String sane(@Nullable String given) {
        return given != null && SANE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }
}
