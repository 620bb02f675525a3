package io.insightdesk.customer;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The organizations of a tenant. Each call is one transaction, or part of the host's. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface Organizations {

    /**
     * Makes an organization; needs {@code customer:write}.
     *
     * @param organization what it shall be
     * @return the organization as stored
     * @throws io.insightdesk.error.ConflictException with code {@code name_taken} or {@code domain_taken}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Organization create(NewOrganization organization);

    /**
     * Reads an organization; needs {@code customer:read}.
     *
     * @param id the organization
     * @return the organization
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Organization get(OrganizationId id);

    /**
     * Reads several organizations in one statement; needs {@code customer:read}.
     *
     * @param ids the organizations, at most 1000
     * @return those that exist, in no order
     * @throws io.insightdesk.error.InvalidInputException when there are more
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    List<Organization> getAll(Collection<OrganizationId> ids);

    /**
     * Lists organizations in the order in which they were made; needs {@code customer:read}.
     *
     * @param query which
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} for a cursor of another list
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    OrganizationPage list(OrganizationQuery query);

    /**
     * Changes an organization; needs {@code customer:write}.
     *
     * @param id the organization
     * @param expectedVersion the version that was read; null for any
     * @param change what shall be different
     * @return the organization as stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when somebody else was first, or
     *     {@code name_taken} or {@code domain_taken}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Organization change(OrganizationId id, @Nullable Long expectedVersion, OrganizationChange change);
}
