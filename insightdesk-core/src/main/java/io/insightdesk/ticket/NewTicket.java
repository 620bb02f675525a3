package io.insightdesk.ticket;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.TeamId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A ticket to be made. The requester is named by identifier, or by mail address: then the customer is found or made.
 *
 * @param subject what it is about, up to {@value #MAX_SUBJECT} characters
 * @param requester the customer who asks; null when {@code requesterEmail} says who
 * @param requesterEmail the mail address of the customer who asks; null when {@code requester} says who
 * @param requesterName the name for a customer that is made by this; null for the address
 * @param priority how urgent it is
 * @param channel how it came in
 * @param assignee the agent who shall work on it; null for none
 * @param team the team it shall belong to; null for none
 * @param mailbox the mailbox it came through; null for none
 * @param tags its tags, in any case and order
 * @param customFields further fields by name; values are texts, numbers (up to the greatest {@code double}, 350 digits after the
 *     point), booleans, or lists of texts
 * @since 0.1.0
 */
public record NewTicket(
        String subject,
        @Nullable CustomerId requester,
        @Nullable String requesterEmail,
        @Nullable String requesterName,
        TicketPriority priority,
        Channel channel,
        @Nullable AgentId assignee,
        @Nullable TeamId team,
        @Nullable UUID mailbox,
        List<String> tags,
        Map<String, Object> customFields) {

    /** The greatest length of a subject, in UTF-16 code units. */
    public static final int MAX_SUBJECT = 500;

    /** Checks all rules. */
    public NewTicket {
        Violations violations = new Violations().requireText("/subject", subject, MAX_SUBJECT);
        if ((requester == null) == (requesterEmail == null)) {
            violations.add("/requester", "required", "Name the requester by id or by email, one of the two.");
        }
        violations.limit("/requester/name", requesterName, 200);
        FieldRules.checkTags(violations, tags);
        FieldRules.checkCustomFields(violations, customFields);
        violations.throwIfAny();
        tags = List.copyOf(tags);
        customFields = Collections.unmodifiableMap(new LinkedHashMap<>(customFields));
    }

    /**
     * What an actor needs to make it: {@code ticket:create}; {@code ticket:assign} where it names an assignee or a team;
     * {@code ticket:update} where it has tags, fields, a mailbox or another priority than normal.
     *
     * @return the permissions, unmodifiable
     */
    public Set<Permission> permissions() {
        Set<Permission> needed = EnumSet.of(Permission.TICKET_CREATE);
        if (assignee != null || team != null) {
            needed.add(Permission.TICKET_ASSIGN);
        }
        if (!tags.isEmpty() || !customFields.isEmpty() || mailbox != null || priority != TicketPriority.NORMAL) {
            needed.add(Permission.TICKET_UPDATE);
        }
        return Set.copyOf(needed);
    }

    /**
     * Begins a ticket with what every ticket has.
     *
     * @param subject what it is about
     * @return a builder
     */
    public static Builder builder(String subject) {
        return new Builder(subject);
    }

    /** Collects the parts of a ticket. Not thread-safe. */
    public static final class Builder {

        private final String subject;
        private @Nullable CustomerId requester;
        private @Nullable String requesterEmail;
        private @Nullable String requesterName;
        private TicketPriority priority = TicketPriority.NORMAL;
        private Channel channel = Channel.API;
        private @Nullable AgentId assignee;
        private @Nullable TeamId team;
        private @Nullable UUID mailbox;
        private final List<String> tags = new ArrayList<>();
        private final Map<String, Object> customFields = new LinkedHashMap<>();

        private Builder(String subject) {
            this.subject = requireNonNull(subject, "subject");
        }

        /**
         * Sets who asks.
         *
         * @param customer a customer of the tenant
         * @return this
         */
        public Builder requester(CustomerId customer) {
            this.requester = requireNonNull(customer, "customer");
            return this;
        }

        /**
         * Sets who asks, by mail address; a customer who is not known yet is made.
         *
         * @param email the mail address
         * @param name the name for a customer who is not known yet; null for the address
         * @return this
         */
        public Builder requester(String email, @Nullable String name) {
            this.requesterEmail = requireNonNull(email, "email");
            this.requesterName = name;
            return this;
        }

        /**
         * Sets how urgent it is; {@link TicketPriority#NORMAL} otherwise.
         *
         * @param value the priority
         * @return this
         */
        public Builder priority(TicketPriority value) {
            this.priority = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how it came in; {@link Channel#API} otherwise.
         *
         * @param value the channel
         * @return this
         */
        public Builder channel(Channel value) {
            this.channel = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets who shall work on it.
         *
         * @param agent an active agent of the tenant, or null for none
         * @return this
         */
        public Builder assignee(@Nullable AgentId agent) {
            this.assignee = agent;
            return this;
        }

        /**
         * Sets to which team it shall belong.
         *
         * @param value a team of the tenant, or null for none
         * @return this
         */
        public Builder team(@Nullable TeamId value) {
            this.team = value;
            return this;
        }

        /**
         * Sets through which mailbox it came; answers leave from there.
         *
         * @param value a mailbox of the tenant, or null for none
         * @return this
         */
        public Builder mailbox(@Nullable UUID value) {
            this.mailbox = value;
            return this;
        }

        /**
         * Adds a tag.
         *
         * @param tag the tag, in any case
         * @return this
         */
        public Builder tag(String tag) {
            tags.add(requireNonNull(tag, "tag"));
            return this;
        }

        /**
         * Adds a further field.
         *
         * @param name the field's name
         * @param value a text, number, boolean, or list of texts
         * @return this
         */
        public Builder customField(String name, Object value) {
            customFields.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
            return this;
        }

        /**
         * Checks and makes it.
         *
         * @return the ticket to be made
         * @throws io.insightdesk.error.InvalidInputException listing every rule that is broken
         */
        public NewTicket build() {
            return new NewTicket(
                    subject,
                    requester,
                    requesterEmail,
                    requesterName,
                    priority,
                    channel,
                    assignee,
                    team,
                    mailbox,
                    tags,
                    customFields);
        }
    }
}
