package io.insightdesk.ticket;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.TeamId;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tickets are wanted: all conditions together, a page at a time.
 *
 * @param statuses only tickets in one of these; empty for all
 * @param priority only tickets of this priority; null for all
 * @param channel only tickets that came in this way; null for all
 * @param requester only tickets of this customer; null for all
 * @param organization only tickets of this organization; null for all
 * @param assignee only tickets of this agent; null for all
 * @param unassigned only tickets of nobody
 * @param team only tickets of this team; null for all
 * @param tag only tickets with this tag; null for all
 * @param sort the order
 * @param limit at most so many, 1 to 100
 * @param cursor where the page before ended, as {@link TicketPage#nextCursor()} said; null for the first page
 * @since 0.1.0
 */
public record TicketQuery(
        Set<TicketStatus> statuses,
        @Nullable TicketPriority priority,
        @Nullable Channel channel,
        @Nullable CustomerId requester,
        @Nullable OrganizationId organization,
        @Nullable AgentId assignee,
        boolean unassigned,
        @Nullable TeamId team,
        @Nullable String tag,
        Sort sort,
        int limit,
        @Nullable String cursor) {

    /** The limit where none is given. */
    public static final int DEFAULT_LIMIT = 25;

    /** The order of a list of tickets. */
    public enum Sort {
        /** Newest first. */
        CREATED_DESC,
        /** Oldest first. */
        CREATED_ASC,
        /** Last changed first. */
        UPDATED_DESC,
        /** Longest unchanged first. */
        UPDATED_ASC
    }

    /** Checks the limit. */
    public TicketQuery {
        requireNonNull(sort, "sort");
        if (limit < 1 || limit > 100) {
            throw new InvalidInputException(
                    "/limit", "out_of_range", "The limit must be from 1 to 100, not " + limit + ".");
        }
        statuses = Set.copyOf(statuses);
    }

    /**
     * Begins a query for all tickets, newest first.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects conditions. Not thread-safe. */
    public static final class Builder {

        private final Set<TicketStatus> statuses = new LinkedHashSet<>();
        private @Nullable TicketPriority priority;
        private @Nullable Channel channel;
        private @Nullable CustomerId requester;
        private @Nullable OrganizationId organization;
        private @Nullable AgentId assignee;
        private boolean unassigned;
        private @Nullable TeamId team;
        private @Nullable String tag;
        private Sort sort = Sort.CREATED_DESC;
        private int limit = DEFAULT_LIMIT;
        private @Nullable String cursor;

        private Builder() {}

        /**
         * Adds a status that is wanted.
         *
         * @param value the status
         * @return this
         */
        public Builder status(TicketStatus value) {
            statuses.add(requireNonNull(value, "value"));
            return this;
        }

        /**
         * Only tickets of this priority.
         *
         * @param value the priority, or null for all
         * @return this
         */
        public Builder priority(@Nullable TicketPriority value) {
            this.priority = value;
            return this;
        }

        /**
         * Only tickets that came in this way.
         *
         * @param value the channel, or null for all
         * @return this
         */
        public Builder channel(@Nullable Channel value) {
            this.channel = value;
            return this;
        }

        /**
         * Only tickets of this customer.
         *
         * @param value the customer, or null for all
         * @return this
         */
        public Builder requester(@Nullable CustomerId value) {
            this.requester = value;
            return this;
        }

        /**
         * Only tickets of this organization.
         *
         * @param value the organization, or null for all
         * @return this
         */
        public Builder organization(@Nullable OrganizationId value) {
            this.organization = value;
            return this;
        }

        /**
         * Only tickets of this agent.
         *
         * @param value the agent, or null for all
         * @return this
         */
        public Builder assignee(@Nullable AgentId value) {
            this.assignee = value;
            return this;
        }

        /**
         * Only tickets of nobody.
         *
         * @return this
         */
        public Builder unassigned() {
            this.unassigned = true;
            return this;
        }

        /**
         * Only tickets of this team.
         *
         * @param value the team, or null for all
         * @return this
         */
        public Builder team(@Nullable TeamId value) {
            this.team = value;
            return this;
        }

        /**
         * Only tickets with this tag.
         *
         * @param value the tag in any case, or null for all
         * @return this
         */
        public Builder tag(@Nullable String value) {
            this.tag = value == null ? null : FieldRules.normalTag(value);
            return this;
        }

        /**
         * Sets the order; {@link Sort#CREATED_DESC} otherwise.
         *
         * @param value the order
         * @return this
         */
        public Builder sort(Sort value) {
            this.sort = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the size of a page; {@value #DEFAULT_LIMIT} otherwise.
         *
         * @param value 1 to 100
         * @return this
         */
        public Builder limit(int value) {
            this.limit = value;
            return this;
        }

        /**
         * Goes on where a page ended. All else must be as it was for that page.
         *
         * @param value {@link TicketPage#nextCursor()}, or null for the first page
         * @return this
         */
        public Builder cursor(@Nullable String value) {
            this.cursor = value;
            return this;
        }

        /**
         * Checks and makes it.
         *
         * @return the query
         * @throws InvalidInputException when the limit is out of range
         */
        public TicketQuery build() {
            return new TicketQuery(
                    statuses,
                    priority,
                    channel,
                    requester,
                    organization,
                    assignee,
                    unassigned,
                    team,
                    tag,
                    sort,
                    limit,
                    cursor);
        }
    }
}
