package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.InvalidInputException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Notes which operation a request is for, and refuses query parameters that it has not got. */
@Priority(2000)
class RouteFilter implements ContainerRequestFilter {
    static final String ROUTE = "io.insightdesk.route";

    @Context
    private @Nullable ResourceInfo resource;

    RouteFilter() {}

    @Override
    public void filter(ContainerRequestContext request) {
        Method method = resource == null ? null : resource.getResourceMethod();
        Operation operation = method == null ? null : method.getAnnotation(Operation.class);
        if (method == null || operation == null) {
            return;
        }
        request.setProperty(ROUTE, route(method));
        try {
            Query.check(request.getUriInfo().getQueryParameters(), operation.query());
        } catch (InvalidInputException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "malformed_query", "The query is not encoded as addresses are.");
        }
    }

    /** The template of the address, which metrics can be counted by. */
    static String route(Method method) {
        Path onClass = method.getDeclaringClass().getAnnotation(Path.class);
        Path onMethod = method.getAnnotation(Path.class);
        String path = (onClass == null ? "" : onClass.value()) + "/" + (onMethod == null ? "" : onMethod.value());
        String plain = ("/" + path).replaceAll("/+", "/").replaceAll("\\{\\s*(\\w+)\\s*:[^}]*}", "{$1}");
        return plain.length() > 1 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }
}
