package io.insightdesk.tenant;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
     * Looks up which tenant has a short name, for code that asks with each request. Each node remembers the answer for five seconds, and
     * for one second that there is none; a tenant that this node makes is found at once. Also answers for tenants that are suspended.
     *
     * @param slug the short name, in any case
     * @return the tenant; empty when there is none
     */
    Optional<TenantId> findIdBySlug(String slug);

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

    /**
     * Changes a tenant.
     *
     * @param id the tenant
     * @param expectedVersion the version that the change is meant for; null for any
     * @param change what shall change
     * @return the tenant as changed; as it was where nothing changes
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when it has another version
     */
    Tenant change(TenantId id, @Nullable Long expectedVersion, TenantChange change);

    /**
     * Limits what a tenant may use. What it uses already stays. From then on whatever would go beyond is refused with a
     * {@link io.insightdesk.error.LimitReachedException}, exactly, also with several at once on several nodes: the codes are
     * {@code agent_limit_reached}, {@code storage_limit_reached} and {@code mail_limit_reached}.
     *
     * @param id the tenant
     * @param limits all its limits from now on
     * @return the tenant as changed
     * @throws io.insightdesk.error.NotFoundException when there is none
     */
    Tenant limit(TenantId id, PlanLimits limits);

    /**
     * Reads what a tenant uses of its plan.
     *
     * @param id the tenant
     * @return the usage now; nothing for a tenant that does not exist
     */
    TenantUsage usage(TenantId id);

    /**
     * Suspends a tenant: every call on its desks is refused with code {@code tenant_suspended}, its jobs wait, and mail for it is
     * refused as well, so that the sender's server tries again. On this node from the commit on, on others within five seconds;
     * what has begun by then ends. Nothing is lost. Suspending a suspended tenant changes nothing.
     *
     * @param id the tenant
     * @return the tenant as changed
     * @throws io.insightdesk.error.NotFoundException when there is none
     */
    Tenant suspend(TenantId id);

    /**
     * Lets a suspended tenant go on, its waiting jobs included. On this node at once, on others within five seconds.
     *
     * @param id the tenant
     * @return the tenant as changed
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code tenant_being_deleted} when it is being deleted
     */
    Tenant resume(TenantId id);

    /**
     * Tells which tenants may not be used now: those that are suspended, or being deleted.
     *
     * @return the tenants, as they were at most five seconds ago; unmodifiable
     */
    Set<TenantId> suspended();

    /**
     * Tells how many requests a tenant's plan allows, for whoever serves them; the HTTP adapter holds to it.
     *
     * @param id the tenant
     * @return requests in a minute, as the plan was at most five seconds ago; empty where it sets no limit
     */
    OptionalInt requestsPerMinute(TenantId id);
}
