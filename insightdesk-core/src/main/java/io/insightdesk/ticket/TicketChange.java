package io.insightdesk.ticket;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.TeamId;
import io.insightdesk.internal.Json;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of a ticket: what is not mentioned stays as it is. Immutable; made by {@link #builder()}.
 *
 * @since 0.1.0
 */
public final class TicketChange {

    private static final TypeReference<Map<String, @Nullable Object>> NAMES = new TypeReference<>() {};

    private final @Nullable String subject;
    private final @Nullable TicketStatus status;
    private final @Nullable TicketPriority priority;
    private final @Nullable CustomerId requester;
    private final boolean changesAssignee;
    private final @Nullable AgentId assignee;
    private final boolean changesTeam;
    private final @Nullable TeamId team;
    private final @Nullable Set<String> tags;
    private final Set<String> addedTags;
    private final Set<String> removedTags;
    private final Map<String, Optional<Object>> customFields;

    private TicketChange(Builder builder) {
        this.subject = builder.subject;
        this.status = builder.status;
        this.priority = builder.priority;
        this.requester = builder.requester;
        this.changesAssignee = builder.changesAssignee;
        this.assignee = builder.assignee;
        this.changesTeam = builder.changesTeam;
        this.team = builder.team;
        this.tags = builder.tags == null ? null : Set.copyOf(builder.tags);
        this.addedTags = Set.copyOf(builder.addedTags);
        this.removedTags = Set.copyOf(builder.removedTags);
        this.customFields = Map.copyOf(builder.customFields);
    }

    /**
     * Applies the change to a ticket, without storing anything.
     *
     * @param ticket the ticket as it is
     * @return its fields as they shall be; times and version are the old ones
     */
    public Ticket applyTo(Ticket ticket) {
        Map<String, Object> fields = new LinkedHashMap<>(ticket.customFields());
        customFields.forEach(
                (name, value) -> value.ifPresentOrElse(v -> fields.put(name, v), () -> fields.remove(name)));
        Set<String> newTags = new LinkedHashSet<>(tags == null ? ticket.tags() : tags);
        newTags.addAll(addedTags);
        newTags.removeAll(removedTags);
        return new Ticket(
                ticket.id(),
                ticket.number(),
                subject == null ? ticket.subject() : subject,
                status == null ? ticket.status() : status,
                priority == null ? ticket.priority() : priority,
                ticket.channel(),
                requester == null ? ticket.requester() : requester,
                ticket.organization(),
                changesAssignee ? assignee : ticket.assignee(),
                changesTeam ? team : ticket.team(),
                ticket.mailbox(),
                newTags.stream().sorted().toList(),
                fields,
                ticket.createdAt(),
                ticket.updatedAt(),
                ticket.resolvedAt(),
                ticket.closedAt(),
                ticket.version());
    }

    /**
     * What an actor needs for it: {@code ticket:assign} where it names the assignee or the team, {@code ticket:close} where it
     * resolves or closes, {@code ticket:update} for anything else, and for nothing at all.
     *
     * @return the permissions, unmodifiable
     */
    public Set<Permission> permissions() {
        Set<Permission> needed = EnumSet.noneOf(Permission.class);
        if (changesAssignee || changesTeam) {
            needed.add(Permission.TICKET_ASSIGN);
        }
        boolean ends = status == TicketStatus.RESOLVED || status == TicketStatus.CLOSED;
        if (ends) {
            needed.add(Permission.TICKET_CLOSE);
        }
        boolean more = subject != null
                || priority != null
                || requester != null
                || (status != null && !ends)
                || tags != null
                || !addedTags.isEmpty()
                || !removedTags.isEmpty()
                || !customFields.isEmpty();
        if (more || needed.isEmpty()) {
            needed.add(Permission.TICKET_UPDATE);
        }
        return Set.copyOf(needed);
    }

    /**
     * Writes the change, for keeping it where the work is done later.
     *
     * @return JSON, to be read by {@link #fromJson}
     */
    public String toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        put(json, "subject", subject);
        put(json, "status", status == null ? null : status.wireName());
        put(json, "priority", priority == null ? null : priority.wireName());
        put(json, "requester", requester == null ? null : requester.toString());
        if (changesAssignee) {
            json.put("assignee", assignee == null ? null : assignee.toString());
        }
        if (changesTeam) {
            json.put("team", team == null ? null : team.toString());
        }
        put(json, "tags", tags);
        put(json, "addedTags", addedTags);
        put(json, "removedTags", removedTags);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        customFields.forEach((name, value) -> fields.put(name, value.orElse(null)));
        put(json, "customFields", fields);
        return Json.write(json);
    }

    private static void put(Map<String, @Nullable Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param json the JSON
     * @return the change
     * @throws io.insightdesk.error.InvalidInputException when it breaks a rule, such as one that a later release has
     * @throws IllegalArgumentException when it is not such JSON
     */
    public static TicketChange fromJson(String json) {
        Kept kept = Json.read(json, Kept.class);
        Map<String, @Nullable Object> names = Json.read(json, NAMES);
        Builder builder = builder();
        if (kept.subject() != null) {
            builder.subject(kept.subject());
        }
        if (kept.status() != null) {
            builder.status(TicketStatus.of(kept.status()));
        }
        if (kept.priority() != null) {
            builder.priority(TicketPriority.of(kept.priority()));
        }
        if (kept.requester() != null) {
            builder.requester(CustomerId.of(kept.requester()));
        }
        if (names.containsKey("assignee")) {
            builder.assignee(kept.assignee() == null ? null : AgentId.of(kept.assignee()));
        }
        if (names.containsKey("team")) {
            builder.team(kept.team() == null ? null : TeamId.of(kept.team()));
        }
        if (kept.tags() != null) {
            builder.tags(kept.tags());
        }
        if (kept.addedTags() != null) {
            kept.addedTags().forEach(builder::addTag);
        }
        if (kept.removedTags() != null) {
            kept.removedTags().forEach(builder::removeTag);
        }
        if (kept.customFields() != null) {
            kept.customFields().forEach(builder::customField);
        }
        return builder.build();
    }

    private record Kept(
            @Nullable String subject,
            @Nullable String status,
            @Nullable String priority,
            @Nullable String requester,
            @Nullable String assignee,
            @Nullable String team,
            @Nullable List<String> tags,
            @Nullable List<String> addedTags,
            @Nullable List<String> removedTags,
            @Nullable Map<String, @Nullable Object> customFields) {}

    /**
     * Begins a change.
     *
     * @return a builder that changes nothing yet
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what shall change. Not thread-safe. */
    public static final class Builder {

        private @Nullable String subject;
        private @Nullable TicketStatus status;
        private @Nullable TicketPriority priority;
        private @Nullable CustomerId requester;
        private boolean changesAssignee;
        private @Nullable AgentId assignee;
        private boolean changesTeam;
        private @Nullable TeamId team;
        private @Nullable Set<String> tags;
        private final Set<String> addedTags = new LinkedHashSet<>();
        private final Set<String> removedTags = new LinkedHashSet<>();
        private final Map<String, Optional<Object>> customFields = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Changes what it is about.
         *
         * @param value the new subject
         * @return this
         */
        public Builder subject(String value) {
            this.subject = requireNonNull(value, "value");
            return this;
        }

        /**
         * Changes where it stands; see {@link Tickets#change} for what is allowed.
         *
         * @param value the new status
         * @return this
         */
        public Builder status(TicketStatus value) {
            this.status = requireNonNull(value, "value");
            return this;
        }

        /**
         * Changes how urgent it is.
         *
         * @param value the new priority
         * @return this
         */
        public Builder priority(TicketPriority value) {
            this.priority = requireNonNull(value, "value");
            return this;
        }

        /**
         * Changes who asks.
         *
         * @param value a customer of the tenant
         * @return this
         */
        public Builder requester(CustomerId value) {
            this.requester = requireNonNull(value, "value");
            return this;
        }

        /**
         * Changes who works on it.
         *
         * @param value an active agent of the tenant, or null for nobody
         * @return this
         */
        public Builder assignee(@Nullable AgentId value) {
            this.changesAssignee = true;
            this.assignee = value;
            return this;
        }

        /**
         * Changes to which team it belongs.
         *
         * @param value a team of the tenant, or null for none
         * @return this
         */
        public Builder team(@Nullable TeamId value) {
            this.changesTeam = true;
            this.team = value;
            return this;
        }

        /**
         * Replaces all tags.
         *
         * @param values the new tags, in any case
         * @return this
         */
        public Builder tags(Iterable<String> values) {
            Set<String> all = new LinkedHashSet<>();
            values.forEach(tag -> all.add(FieldRules.normalTag(tag)));
            this.tags = all;
            return this;
        }

        /**
         * Adds a tag.
         *
         * @param tag the tag, in any case
         * @return this
         */
        public Builder addTag(String tag) {
            addedTags.add(FieldRules.normalTag(tag));
            return this;
        }

        /**
         * Removes a tag; nothing happens when the ticket has not got it.
         *
         * @param tag the tag, in any case
         * @return this
         */
        public Builder removeTag(String tag) {
            removedTags.add(FieldRules.normalTag(tag));
            return this;
        }

        /**
         * Sets or removes a further field.
         *
         * @param name the field's name
         * @param value a text, number, boolean, or list of texts; null to remove the field
         * @return this
         */
        public Builder customField(String name, @Nullable Object value) {
            customFields.put(requireNonNull(name, "name"), Optional.ofNullable(value));
            return this;
        }

        /**
         * Checks and makes it.
         *
         * @return the change
         * @throws io.insightdesk.error.InvalidInputException listing every rule that is broken
         */
        public TicketChange build() {
            Violations violations = new Violations();
            if (subject != null) {
                violations.requireText("/subject", subject, NewTicket.MAX_SUBJECT);
            }
            if (tags != null) {
                FieldRules.checkTags(violations, tags);
            }
            FieldRules.checkTags(violations, addedTags);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            customFields.forEach((name, value) -> fields.put(name, value.orElse(null)));
            FieldRules.checkCustomFields(violations, fields);
            violations.throwIfAny();
            return new TicketChange(this);
        }
    }
}
