package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.jaxrs.ApiOptions;
import java.util.List;

/** The resources of discovery (RFC 7643, sections 5 to 7). */
final class ScimSchemas {
    static final String CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

    private static final String TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    private static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema";
    private static final String MANUAL = ApiOptions.DEFAULT_PROBLEM_PAGES.replaceFirst("problems/.*", "identity/scim/");

    private ScimSchemas() {}

    /** What can be done. */
    static ObjectNode config(ScimPlaces places) {
        ObjectNode config = resource(CONFIG);
        config.put("documentationUri", MANUAL);
        config.putObject("patch").put("supported", true);
        config.putObject("bulk").put("supported", false).put("maxOperations", 0).put("maxPayloadSize", 0);
        config.putObject("filter").put("supported", true).put("maxResults", DirectoryQuery.MAX_LIMIT);
        config.putObject("changePassword").put("supported", false);
        config.putObject("sort").put("supported", false);
        config.putObject("etag").put("supported", true);
        config.putArray("authenticationSchemes")
                .addObject()
                .put("type", "oauthbearertoken")
                .put("name", "API token")
                .put("description", "An API token of the tenant, in the header Authorization as Bearer.")
                .put("specUri", "https://www.rfc-editor.org/rfc/rfc6750")
                .put("documentationUri", MANUAL)
                .put("primary", true);
        meta(config, "ServiceProviderConfig", places.of("ServiceProviderConfig"));
        return config;
    }

    /** The types of resources. */
    static List<ObjectNode> types(ScimPlaces places) {
        return List.of(
                type(places, "User", "Users", "An agent.", ScimUsers.SCHEMA),
                type(places, "Group", "Groups", "A team.", ScimGroups.SCHEMA));
    }

    private static ObjectNode type(ScimPlaces places, String name, String endpoint, String description, String schema) {
        ObjectNode type = resource(TYPE);
        type.put("id", name).put("name", name).put("description", description);
        type.put("endpoint", "/" + endpoint).put("schema", schema);
        meta(type, "ResourceType", places.of("ResourceTypes", name));
        return type;
    }

    /** The attributes of users and groups. */
    static List<ObjectNode> schemas(ScimPlaces places) {
        return List.of(user(places), group(places));
    }

    private static ObjectNode user(ScimPlaces places) {
        ObjectNode user = schema(places, ScimUsers.SCHEMA, "User", "An agent.");
        ArrayNode attributes = user.putArray("attributes");
        text(attributes, "userName", "The name the provider knows the user by.")
                .put("required", true)
                .put("uniqueness", "server");
        text(attributes, "externalId", "The provider's own identifier.")
                .put("caseExact", true)
                .put("uniqueness", "server");
        text(attributes, "displayName", "The name that customers see.");
        ArrayNode name = parts(attribute(attributes, "name", "complex", "The name in parts."));
        text(name, "formatted", "The whole name, which is displayName.");
        text(name, "givenName", "The given name.");
        text(name, "familyName", "The family name.");
        attribute(attributes, "active", "boolean", "Whether the user works here.");
        ArrayNode emails = parts(attribute(attributes, "emails", "complex", "The mail address; one.")
                .put("multiValued", true));
        text(emails, "value", "The address.").put("uniqueness", "server");
        text(emails, "type", "Always work.").put("mutability", "readOnly");
        attribute(emails, "primary", "boolean", "Always true.").put("mutability", "readOnly");
        ArrayNode roles = parts(
                attribute(attributes, "roles", "complex", "The role; one.").put("multiValued", true));
        text(roles, "value", "The name of a role.").put("caseExact", true);
        attribute(roles, "primary", "boolean", "Always true.").put("mutability", "readOnly");
        ObjectNode groups = attribute(attributes, "groups", "complex", "The teams the user is a member of.");
        groups.put("multiValued", true).put("mutability", "readOnly");
        references(parts(groups), "Group", "readOnly");
        return user;
    }

    private static ObjectNode group(ScimPlaces places) {
        ObjectNode group = schema(places, ScimGroups.SCHEMA, "Group", "A team.");
        ArrayNode attributes = group.putArray("attributes");
        text(attributes, "displayName", "The name.").put("required", true).put("uniqueness", "server");
        text(attributes, "externalId", "The provider's own identifier.")
                .put("caseExact", true)
                .put("uniqueness", "server");
        references(
                parts(attribute(attributes, "members", "complex", "The users in it.")
                        .put("multiValued", true)),
                "User",
                "immutable");
        return group;
    }

    private static void references(ArrayNode parts, String type, String mutability) {
        text(parts, "value", "The id.").put("mutability", mutability).put("caseExact", true);
        ObjectNode reference = attribute(parts, "$ref", "reference", "Where it is.");
        reference
                .put("mutability", "readOnly")
                .put("caseExact", true)
                .putArray("referenceTypes")
                .add(type);
        text(parts, "display", "The name.").put("mutability", "readOnly");
        text(parts, "type", "What it is.").put("mutability", mutability);
    }

    private static ObjectNode schema(ScimPlaces places, String id, String name, String description) {
        ObjectNode schema = resource(SCHEMA);
        schema.put("id", id).put("name", name).put("description", description);
        meta(schema, "Schema", places.of("Schemas", id));
        return schema;
    }

    private static ObjectNode text(ArrayNode attributes, String name, String description) {
        return attribute(attributes, name, "string", description);
    }

    private static ObjectNode attribute(ArrayNode attributes, String name, String type, String description) {
        ObjectNode attribute = attributes.addObject();
        attribute.put("name", name).put("type", type).put("multiValued", false);
        attribute.put("description", description).put("required", false).put("caseExact", false);
        return attribute
                .put("mutability", "readWrite")
                .put("returned", "default")
                .put("uniqueness", "none");
    }

    private static ArrayNode parts(ObjectNode attribute) {
        return attribute.putArray("subAttributes");
    }

    private static ObjectNode resource(String schema) {
        ObjectNode resource = JsonNodeFactory.instance.objectNode();
        resource.putArray("schemas").add(schema);
        return resource;
    }

    private static void meta(ObjectNode resource, String type, String location) {
        resource.putObject("meta").put("resourceType", type).put("location", location);
    }
}
