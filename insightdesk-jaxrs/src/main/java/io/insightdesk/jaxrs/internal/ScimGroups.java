package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryGroup;
import io.insightdesk.identity.GroupAttributes;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Groups as SCIM writes them. For one request: collects what shall be until it is whole. */
final class ScimGroups {
    static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";

    /** How many members the filters of a PATCH may look at, for that takes time while others wait for the team. */
    static final int MAX_LOOKS = 200_000;

    private static final Logger LOG = LoggerFactory.getLogger(ScimGroups.class);
    private static final Set<String> READ_ONLY = Set.of("id", "meta", "schemas");

    private @Nullable String name;
    private @Nullable String externalId;
    private Set<AgentId> members = new LinkedHashSet<>();
    private int looks;

    private ScimGroups() {}

    /** What a POST makes. */
    static GroupAttributes made(JsonNode body) {
        ScimGroups draft = new ScimGroups();
        draft.readAll(ScimJson.object(body, SCHEMA));
        return draft.whole();
    }

    /** What a PUT makes of what is: the members stay where they are not said. */
    static GroupAttributes replaced(JsonNode body, GroupAttributes before) {
        ScimGroups draft = new ScimGroups();
        draft.members.addAll(before.members());
        draft.readAll(ScimJson.object(body, SCHEMA));
        return draft.whole();
    }

    private void readAll(ObjectNode body) {
        name = ScimJson.text(ScimJson.field(body, "displayName"), "displayName");
        externalId = ScimJson.text(ScimJson.field(body, "externalId"), "externalId");
        JsonNode all = ScimJson.field(body, "members");
        if (all != null) {
            if (!all.isArray()) {
                throw ScimException.value("members must be a list.");
            }
            members = agents(all);
        }
    }

    private static Set<AgentId> agents(@Nullable JsonNode node) {
        Set<AgentId> agents = new LinkedHashSet<>();
        for (JsonNode value : ScimJson.values(node)) {
            String type = value.isObject() ? ScimJson.text(ScimJson.field(value, "type"), "members.type") : null;
            if (type != null && !type.equalsIgnoreCase("User")) {
                throw ScimException.value("Members are users; groups in groups are not supported.");
            }
            String id = ScimJson.value(value, "members");
            if (id == null) {
                throw ScimException.value("Each of members must have a value: the id of a user.");
            }
            agents.add(agent(id));
        }
        return agents;
    }

    private static AgentId agent(String id) {
        try {
            return AgentId.of(id);
        } catch (InvalidInputException e) {
            throw ScimException.value("There is no user '" + ApiResource.shortened(id) + "'.");
        }
    }

    /** What a PATCH makes of what is. */
    static GroupAttributes patched(ScimPatch patch, GroupAttributes before) {
        ScimGroups draft = new ScimGroups();
        draft.name = before.name();
        draft.externalId = before.externalId();
        draft.members.addAll(before.members());
        patch.steps().forEach(draft::apply);
        return draft.whole();
    }

    private void apply(ScimPatch.Step step) {
        ScimPath path = step.path();
        ScimFilter.Attribute attribute = path.attribute();
        if (!attribute.schema().isEmpty() && !attribute.schema().equals(SCHEMA.toLowerCase(Locale.ROOT))) {
            // Of an extension that teams have not got.
            return;
        }
        if (attribute.name().equals("members")) {
            applyToMembers(step);
            return;
        }
        if (path.filter() != null) {
            throw ScimException.path(
                    "'" + ApiResource.shortened(attribute.written()) + "' has one value, not several.");
        }
        JsonNode value = step.kind() == ScimPatch.Kind.REMOVE ? null : step.value();
        switch (path.name()) {
            case "displayname" -> name = ScimJson.text(value, "displayName");
            case "externalid" -> externalId = ScimJson.text(value, "externalId");
            default -> {
                if (step.named()) {
                    throw READ_ONLY.contains(attribute.name())
                            ? new ScimException(
                                    400,
                                    ScimException.MUTABILITY,
                                    "'" + attribute.written() + "' can be read, but not changed.")
                            : ScimException.path("There is no attribute '" + ApiResource.shortened(attribute.written())
                                    + "' of groups.");
                }
            }
        }
    }

    private void applyToMembers(ScimPatch.Step step) {
        ScimPath path = step.path();
        if (path.part() != null && !path.part().equals("value")) {
            throw ScimException.path("Members are added and removed as wholes.");
        }
        ScimFilter filter = path.filter();
        switch (step.kind()) {
            case ADD -> {
                requireNoFilter(filter);
                members.addAll(agents(step.value()));
            }
            case REPLACE -> {
                requireNoFilter(filter);
                members = agents(step.value());
            }
            case REMOVE -> {
                if (filter != null) {
                    removeBy(filter);
                } else if (step.value() != null) {
                    members.removeAll(agents(step.value()));
                } else {
                    members.clear();
                }
            }
        }
    }

    private void removeBy(ScimFilter filter) {
        if (filter instanceof ScimFilter.Compare compare
                && compare.operator() == ScimFilter.Operator.EQ
                && compare.attribute().path().equals("value")
                && compare.value().isTextual()) {
            // What providers send, without a look at each member.
            String id = compare.value().textValue();
            try {
                members.remove(AgentId.of(id));
            } catch (InvalidInputException e) {
                // No identifier: nobody has it, so nobody leaves.
                LOG.debug("No member has the id '{}'", ApiResource.shortened(id));
            }
            return;
        }
        looks += members.size();
        if (looks > MAX_LOOKS) {
            throw new ScimException(
                    400,
                    ScimException.TOO_MANY,
                    "These filters look at more than " + MAX_LOOKS
                            + " members; remove by value, or in several requests.");
        }
        members.removeIf(member -> fits(filter, member));
    }

    private static void requireNoFilter(@Nullable ScimFilter filter) {
        if (filter != null) {
            throw ScimException.path("A filter of members tells which to remove; to add or replace there is none.");
        }
    }

    private static boolean fits(ScimFilter filter, AgentId member) {
        return ScimFilter.fits(filter, part -> switch (part) {
            case "value" -> TextNode.valueOf(member.toString());
            case "type" -> TextNode.valueOf("User");
            default -> null;
        });
    }

    private GroupAttributes whole() {
        if (name == null) {
            throw ScimException.value("displayName is required.");
        }
        return new GroupAttributes(name, externalId, members);
    }

    /** A group as it is answered. */
    static ObjectNode json(DirectoryGroup group, boolean members, ScimPlaces places) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("schemas").add(SCHEMA);
        json.put("id", group.id().toString());
        if (group.externalId() != null) {
            json.put("externalId", group.externalId());
        }
        json.put("displayName", group.name());
        if (members) {
            ArrayNode all = json.putArray("members");
            for (DirectoryGroup.Member member : group.members()) {
                all.addObject()
                        .put("value", member.id().toString())
                        .put("$ref", places.of("Users", member.id().toString()))
                        .put("display", member.name())
                        .put("type", "User");
            }
        }
        places.meta(
                json, "Group", "Groups", group.id().toString(), group.createdAt(), group.updatedAt(), group.version());
        return json;
    }
}
