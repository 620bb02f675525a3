package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.jaxrs.internal.TenantPath;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Locale;
import java.util.Optional;

/**
 * Extension point: tells which tenant a request names. What a request names is only a wish: whether the host's user belongs to that
 * tenant is asked of the host, and an API token belongs to its own tenant whatever else the request says. Called by many threads, for
 * each request.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TenantResolver {

    /**
     * Reads the short name of the tenant.
     *
     * @param request the request; not to be changed
     * @return the slug, in any case; empty when the request names no tenant. Whether there is such a tenant is found out later
     */
    Optional<String> slugOf(ContainerRequestContext request);

    /**
     * The tenant stands in a header of its own.
     *
     * @param name the header's name, such as {@code X-Tenant}
     * @return the resolver
     */
    static TenantResolver header(String name) {
        requireNonNull(name, "name");
        return request -> Optional.ofNullable(request.getHeaderString(name)).map(String::strip);
    }

    /**
     * The tenant is the first part of the host name: {@code acme.help.example} below {@code help.example}. Behind a proxy the container
     * must be told which host name to believe.
     *
     * @param domain the name below which the tenants are, such as {@code help.example}
     * @return the resolver
     */
    static TenantResolver hostName(String domain) {
        String suffix = "." + domain.toLowerCase(Locale.ROOT);
        return request -> Optional.ofNullable(
                        request.getUriInfo().getRequestUri().getHost())
                .map(host -> host.toLowerCase(Locale.ROOT))
                .filter(host -> host.endsWith(suffix))
                .map(host -> host.substring(0, host.length() - suffix.length()))
                .filter(slug -> !slug.isEmpty() && slug.indexOf('.') < 0);
    }

    /**
     * The tenant stands in the path below the API's own: {@code /api/v1/t/acme/tickets} with the segment {@code t}. The addresses in
     * answers have it too. For an {@link InsightDeskApplication}; within a host's own application the host rewrites its paths itself.
     *
     * @param segment the segment before the tenant's: letters, digits, hyphens and underscores, and no name of a resource
     * @return the resolver
     */
    static TenantResolver pathPrefix(String segment) {
        return new TenantPath(segment);
    }
}
