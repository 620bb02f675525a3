package io.insightdesk.jaxrs.internal;

import io.insightdesk.jaxrs.TenantResolver;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the tenant out of the path and makes it part of the base address, before the resources are matched. */
@Provider
@PreMatching
public final class TenantPath implements TenantResolver, ContainerRequestFilter {

    private static final String SLUG = "io.insightdesk.tenantSlug";

    private final Pattern prefix;

    /** For the segment before the tenant's. */
    public TenantPath(String segment) {
        if (!segment.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException(
                    "a segment has letters, digits, hyphens and underscores, unlike '" + segment + "'");
        }
        this.prefix = Pattern.compile("/?" + segment + "/([A-Za-z0-9-]{1,60})/");
    }

    @Override
    public void filter(ContainerRequestContext request) {
        URI base = request.getUriInfo().getBaseUri();
        URI whole = request.getUriInfo().getRequestUri();
        String before = base.getRawPath();
        String path = whole.getRawPath();
        if (!path.startsWith(before)) {
            return;
        }
        Matcher found = prefix.matcher(path.substring(before.length()));
        if (found.lookingAt()) {
            request.setProperty(SLUG, found.group(1));
            String longer = before + (before.endsWith("/") ? found.group().replaceFirst("^/", "") : found.group());
            request.setRequestUri(base.resolve(longer), whole);
        }
    }

    @Override
    public Optional<String> slugOf(ContainerRequestContext request) {
        return Optional.ofNullable(request.getProperty(SLUG)).map(String.class::cast);
    }
}
