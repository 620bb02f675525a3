package io.insightdesk.tenant;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of an installation. For the host's own administration: nobody's permissions are checked. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Tenants {

    /**
     * Makes a tenant.
     *
     * @param tenant what it shall be
     * @return the tenant as stored
     * @throws io.insightdesk.error.ConflictException with code {@code slug_taken} when another tenant has the slug
     */
    Tenant create(NewTenant tenant);

    /**
     * Reads a tenant.
     *
     * @param id the tenant
     * @return the tenant
     * @throws io.insightdesk.error.NotFoundException when there is none
     */
    Tenant get(TenantId id);

    /**
     * Looks a tenant up by its short name.
     *
     * @param slug the short name, in any case
     * @return the tenant; empty when there is none
     */
    Optional<Tenant> findBySlug(String slug);

    /**
     * Looks up to which tenant a mailbox belongs.
     *
     * @param address a mail address, in any case
     * @return the tenant; empty when no tenant has such a mailbox
     */
    Optional<TenantId> findByMailbox(String address);

    /**
     * Lists the identifiers of all tenants, in ascending order.
     *
     * @param after only greater ones; null for the beginning
     * @param limit at most so many, at least 1
     * @return the identifiers; empty at the end
     */
    List<TenantId> ids(@Nullable TenantId after, int limit);
}
