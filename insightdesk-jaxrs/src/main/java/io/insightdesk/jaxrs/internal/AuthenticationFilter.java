package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.DeskPrincipal;
import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Finds out who asks: by an API token, or by the host's own principal. */
@Priority(Priorities.AUTHENTICATION)
class AuthenticationFilter implements ContainerRequestFilter {
    static final String MDC_TENANT = "tenant";

    private static final String SCHEME = "Bearer ";

    private final InsightDesk insightDesk;
    private final ApiOptions options;

    @Context
    private @Nullable ResourceInfo resource;

    AuthenticationFilter(InsightDesk insightDesk, ApiOptions options) {
        this.insightDesk = insightDesk;
        this.options = options;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (isOpen(request)) {
            return;
        }
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        Optional<Desk> found = authorization == null ? hostUser(request) : bearer(authorization);
        if (found.isEmpty()) {
            refuse(request, authorization != null);
            return;
        }
        Desk desk = found.get().withRequestId(String.valueOf(request.getProperty(RequestFilter.REQUEST_ID)));
        MDC.put(MDC_TENANT, desk.tenantId().toString());
        request.setSecurityContext(new DeskSecurity(new DeskPrincipal(desk), request.getSecurityContext()));
    }

    private boolean isOpen(ContainerRequestContext request) {
        Method method = resource == null ? null : resource.getResourceMethod();
        Operation operation = method == null ? null : method.getAnnotation(Operation.class);
        // What has no operation is the framework's own answer to OPTIONS.
        return operation == null ? request.getMethod().equals(HttpMethod.OPTIONS) : operation.open();
    }

    private Optional<Desk> bearer(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        Optional<Authenticated> who =
                insightDesk.authenticate(authorization.substring(SCHEME.length()).strip());
        return who.map(a -> insightDesk.tenant(a.tenant()).as(a.actor().via("api")));
    }

    private Optional<Desk> hostUser(ContainerRequestContext request) {
        SecurityContext security = request.getSecurityContext();
        Principal principal = security == null ? null : security.getUserPrincipal();
        if (principal instanceof DeskPrincipal already) {
            return Optional.of(already.desk());
        }
        return principal == null ? Optional.empty() : options.deskOf(insightDesk, principal);
    }

    private static void refuse(ContainerRequestContext request, boolean tried) {
        String challenge = "Bearer realm=\"InsightDesk\"" + (tried ? ", error=\"invalid_token\"" : "");
        String detail = tried
                ? "The token is not valid: unknown, revoked or expired."
                : "Send an API token as 'Authorization: Bearer idk_…'.";
        request.abortWith(Problems.response(
                        401,
                        request.getUriInfo().getRequestUri().getRawPath(),
                        tried ? "invalid_token" : "unauthenticated",
                        detail,
                        null)
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .build());
    }

    private record DeskSecurity(DeskPrincipal principal, @Nullable SecurityContext before) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return principal;
        }

        @Override
        public boolean isUserInRole(String role) {
            return before != null && before.isUserInRole(role);
        }

        @Override
        public boolean isSecure() {
            return before != null && before.isSecure();
        }

        @Override
        public @Nullable String getAuthenticationScheme() {
            return before == null ? null : before.getAuthenticationScheme();
        }
    }
}
