package io.insightdesk.customer;

import io.insightdesk.internal.Paging;
import org.jspecify.annotations.Nullable;

/**
 * Which customers to list; in the order in which they were made, with a name prefix in the order of names.
 *
 * @param organization only those who belong here; null for all
 * @param email only the one with this address; null for all
 * @param namePrefix only those whose name begins so, in any case; null for all
 * @param cursor where to go on, from the page before; null for the beginning
 * @param limit how many at most, from 1 to 100
 * @since 0.1.0
 */
public record CustomerQuery(
        @Nullable OrganizationId organization,
        @Nullable EmailAddress email,
        @Nullable String namePrefix,
        @Nullable String cursor,
        int limit) {

    /** Checks the limit. */
    public CustomerQuery {
        Paging.requireLimit(limit);
    }

    /**
     * The first 25 of all.
     *
     * @return the query
     */
    public static CustomerQuery all() {
        return new CustomerQuery(null, null, null, null, Paging.DEFAULT_LIMIT);
    }

    /**
     * The same query for one organization.
     *
     * @param id the organization
     * @return a copy
     */
    public CustomerQuery organization(OrganizationId id) {
        return new CustomerQuery(id, email, namePrefix, cursor, limit);
    }

    /**
     * The same query for one address.
     *
     * @param address the mail address
     * @return a copy
     */
    public CustomerQuery email(EmailAddress address) {
        return new CustomerQuery(organization, address, namePrefix, cursor, limit);
    }

    /**
     * The same query for names.
     *
     * @param prefix how the names begin, in any case
     * @return a copy
     */
    public CustomerQuery namePrefix(String prefix) {
        return new CustomerQuery(organization, email, prefix, cursor, limit);
    }

    /**
     * The same query, going on.
     *
     * @param nextCursor from the page before; null for the beginning
     * @return a copy
     */
    public CustomerQuery after(@Nullable String nextCursor) {
        return new CustomerQuery(organization, email, namePrefix, nextCursor, limit);
    }

    /**
     * The same query with another page size.
     *
     * @param count how many at most, from 1 to 100
     * @return a copy
     */
    public CustomerQuery limit(int count) {
        return new CustomerQuery(organization, email, namePrefix, cursor, count);
    }
}
