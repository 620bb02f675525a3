package io.insightdesk.jaxrs.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.event.Origin;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.DeskPrincipal;
import io.insightdesk.login.Client;
import io.insightdesk.login.SessionId;
import io.insightdesk.tenant.TenantId;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Lets a request in: finds out who asks, by a token, by the host's own principal or by the cookies of a login, and refuses query
 * parameters that the operation has not got. Runs after a host's own authentication.
 */
class GateFilter implements ContainerRequestFilter {
    static final String ROUTE = "io.insightdesk.route";

    /** How far the caller has seen the database; sent back as it came in the last answer. */
    static final String READ_AFTER = "Read-After";

    static final String MDC_TENANT = "tenant";

    private static final String SCHEME = "Bearer ";

    /** What tells the library's own tokens from those of a host. */
    private static final String OWN_TOKEN = "idk_";

    private final InsightDesk insightDesk;
    private final ApiOptions options;
    private final RequestCounter counter;

    @Context
    private @Nullable ResourceInfo resource;

    GateFilter(InsightDesk insightDesk, ApiOptions options) {
        this.insightDesk = insightDesk;
        this.options = options;
        this.counter = new RequestCounter(insightDesk.rateLimiter(), insightDesk.tenants(), options);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        RequestFilter.begin(request);
        Method method = resource == null ? null : resource.getResourceMethod();
        Operation operation = method == null ? null : method.getAnnotation(Operation.class);
        if (method == null || operation == null) {
            // What has no operation is the framework's own answer to OPTIONS.
            if (!request.getMethod().equals(HttpMethod.OPTIONS)) {
                authenticate(request);
            }
            return;
        }
        request.setProperty(ROUTE, route(method));
        request.setProperty(Deprecations.PROPERTY, operation);
        if (observes()) {
            RequestObservation.begin(request, insightDesk.observationRegistry(), route(method));
        }
        if (operation.open() || (operation.signedLinks() && isSigned(request))) {
            counter.anonymous(request);
            become(request, new Visitor(insightDesk, client(request), ForgeryGuard.isOwnPage(request, options)));
        } else if (!authenticate(request)) {
            return;
        }
        check(request, method, operation);
    }

    /** Whether the request brings the signature of a link, which then counts and nothing else. */
    private static boolean isSigned(ContainerRequestContext request) {
        try {
            return request.getUriInfo().getQueryParameters().containsKey(QueryParameter.SIGNATURE.wireName());
        } catch (IllegalArgumentException e) {
            // Told when the parameters are checked.
            return false;
        }
    }

    /** Whether this begins to observe requests; it must be sure that what it began is ended. */
    boolean observes() {
        return false;
    }

    private static void check(ContainerRequestContext request, Method method, Operation operation) {
        if (operation.scim()) {
            // Its resources pass over what they do not know, as providers expect.
            return;
        }
        try {
            MultivaluedMap<String, String> query = request.getUriInfo().getQueryParameters();
            Query.check(query, QueryParameter.of(method, operation));
            Fields fields = Fields.read(query.getFirst(QueryParameter.FIELDS.wireName()), operation);
            if (fields != null) {
                request.setProperty(Fields.PROPERTY, fields);
            }
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "malformed_query", "The query is not encoded as addresses are.");
        }
    }

    /** The template of the address, which metrics can be counted by. */
    static String route(Method method) {
        Path onClass = method.getDeclaringClass().getAnnotation(Path.class);
        Path onMethod = method.getAnnotation(Path.class);
        String path = "/" + (onClass == null ? "" : onClass.value()) + "/" + (onMethod == null ? "" : onMethod.value());
        String plain = path.replaceAll("/+", "/");
        return plain.length() > 1 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    private boolean authenticate(ContainerRequestContext request) {
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        Optional<String> slug = options.tenantResolver().flatMap(resolver -> resolver.slugOf(request));
        TenantId named = slug.flatMap(insightDesk.tenants()::findIdBySlug).orElse(null);
        Optional<Authenticated> token = authorization == null ? Optional.empty() : bearer(authorization);
        Optional<Desk> found = token.map(insightDesk::desk);
        if (found.isEmpty() && (authorization == null || isOfTheHost(authorization))) {
            found = hostUser(request, named);
        }
        String cookie = authorization != null || found.isPresent()
                ? null
                : LoginCookies.read(request.getHeaderString(HttpHeaders.COOKIE), LoginCookies.ACCESS);
        if (cookie != null) {
            token = insightDesk.authenticate(cookie).filter(who -> who.session() != null);
            found = token.map(insightDesk::desk);
        }
        if (token.isPresent()
                && slug.isPresent()
                && found.filter(desk -> !desk.tenant().equals(named)).isPresent()) {
            throw new ProblemException(
                    403, "wrong_tenant", "The token does not belong to the tenant that the request names.");
        }
        if (found.isEmpty()) {
            counter.anonymous(request);
            refuse(request, authorization != null || cookie != null);
            return false;
        }
        Desk desk = found.get()
                .withRequestId(String.valueOf(request.getProperty(RequestFilter.REQUEST_ID)))
                .withOrigin(origin(request));
        String seen = request.getHeaderString(READ_AFTER);
        if (seen != null) {
            desk = desk.withReadAfter(seen);
        }
        MDC.put(MDC_TENANT, desk.tenant().toString());
        counter.known(request, desk, token.orElse(null));
        if (cookie != null && !ForgeryGuard.isSafe(request)) {
            refuseForgery(request, token.orElseThrow());
        }
        become(request, new DeskPrincipal(desk));
        return true;
    }

    private Origin origin(ContainerRequestContext request) {
        String address = ClientAddress.of(request, options)
                .map(InetAddress::getHostAddress)
                .orElse(null);
        return new Origin(address, request.getHeaderString(HttpHeaders.USER_AGENT));
    }

    private void refuseForgery(ContainerRequestContext request, Authenticated who) {
        ForgeryGuard.requireOwnPage(ForgeryGuard.isOwnPage(request, options));
        ForgeryGuard.requireToken(
                insightDesk.logins().orElseThrow(),
                new SessionId(requireNonNull(who.session(), "session")),
                request.getHeaderString(ForgeryGuard.HEADER));
    }

    private static void become(ContainerRequestContext request, Principal principal) {
        request.setSecurityContext(new DeskSecurity(principal, request.getSecurityContext()));
    }

    private Client client(ContainerRequestContext request) {
        return new Client(
                ClientAddress.of(request, options)
                        .map(InetAddress::getHostAddress)
                        .orElse(null),
                request.getHeaderString(HttpHeaders.USER_AGENT),
                String.valueOf(request.getProperty(RequestFilter.REQUEST_ID)));
    }

    /** A host may log its users in by the same header, with a scheme or tokens of its own. */
    private static boolean isOfTheHost(String authorization) {
        return !authorization.regionMatches(true, 0, SCHEME + OWN_TOKEN, 0, SCHEME.length() + OWN_TOKEN.length());
    }

    private Optional<Authenticated> bearer(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        return insightDesk.authenticate(authorization.substring(SCHEME.length()).strip());
    }

    private Optional<Desk> hostUser(ContainerRequestContext request, @Nullable TenantId named) {
        SecurityContext security = request.getSecurityContext();
        Principal principal = security == null ? null : security.getUserPrincipal();
        if (principal instanceof DeskPrincipal already) {
            return Optional.of(already.desk());
        }
        return principal == null ? Optional.empty() : options.deskOf(insightDesk, principal, named);
    }

    private static void refuse(ContainerRequestContext request, boolean tried) {
        String challenge = Problems.CHALLENGE + (tried ? ", error=\"invalid_token\"" : "");
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

    private record DeskSecurity(
            Principal principal, @Nullable SecurityContext before) implements SecurityContext {
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
