package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.insightdesk.identity.DirectoryUser;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.internal.MailAddresses;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Users as SCIM writes them. For one request: collects what shall be until it is whole. */
final class ScimUsers {
    static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
    static final String WORK = "work";

    /** Attributes of RFC 7643 that agents have not got; sent by default by some providers, and passed over. */
    private static final Set<String> PASSED_OVER = Set.of(
            "nickname",
            "profileurl",
            "title",
            "usertype",
            "preferredlanguage",
            "locale",
            "timezone",
            "password",
            "phonenumbers",
            "ims",
            "photos",
            "addresses",
            "entitlements",
            "x509certificates");

    private static final Set<String> READ_ONLY = Set.of("id", "meta", "groups", "schemas");

    private @Nullable String userName;
    private @Nullable String externalId;
    private @Nullable String name;
    private @Nullable String givenName;
    private @Nullable String familyName;
    private @Nullable String email;
    private @Nullable Role role;
    private boolean active = true;

    /** Whether the shown name is made of its parts, so that it follows them. */
    private boolean composed = true;

    private ScimUsers() {}

    private static ScimUsers of(UserAttributes before) {
        ScimUsers draft = new ScimUsers();
        draft.userName = before.userName();
        draft.externalId = before.externalId();
        draft.name = before.name();
        draft.givenName = before.givenName();
        draft.familyName = before.familyName();
        draft.email = before.email();
        draft.role = before.role();
        draft.active = before.active();
        draft.composed = before.name().equals(draft.composedName(before.userName()));
        return draft;
    }

    /** What a POST makes. */
    static UserAttributes made(JsonNode body) {
        ScimUsers draft = new ScimUsers();
        draft.readAll(ScimJson.object(body, SCHEMA));
        return draft.whole();
    }

    /** What a PUT makes of what is: the mail address, the role and whether the user is active stay where they are not said. */
    static UserAttributes replaced(JsonNode body, UserAttributes before) {
        ScimUsers draft = new ScimUsers();
        draft.email = before.email();
        draft.role = before.role();
        draft.active = before.active();
        draft.readAll(ScimJson.object(body, SCHEMA));
        return draft.whole();
    }

    private void readAll(ObjectNode body) {
        userName = ScimJson.text(ScimJson.field(body, "userName"), "userName");
        externalId = ScimJson.text(ScimJson.field(body, "externalId"), "externalId");
        JsonNode whole = ScimJson.field(body, "name");
        if (whole != null) {
            readName(whole);
        }
        String display = ScimJson.text(ScimJson.field(body, "displayName"), "displayName");
        if (display != null) {
            show(display);
        }
        readEmails(ScimJson.field(body, "emails"));
        readRoles(ScimJson.field(body, "roles"));
        Boolean works = ScimJson.truth(ScimJson.field(body, "active"), "active");
        if (works != null) {
            active = works;
        }
    }

    private void readName(JsonNode whole) {
        if (!whole.isObject()) {
            throw ScimException.value("name must be an object.");
        }
        String formatted = ScimJson.text(ScimJson.field(whole, "formatted"), "name.formatted");
        if (formatted != null) {
            show(formatted);
        }
        JsonNode given = ScimJson.field(whole, "givenName");
        JsonNode family = ScimJson.field(whole, "familyName");
        givenName = given == null ? givenName : ScimJson.text(given, "name.givenName");
        familyName = family == null ? familyName : ScimJson.text(family, "name.familyName");
    }

    private void show(@Nullable String shown) {
        name = shown;
        composed = shown == null;
    }

    private void readEmails(@Nullable JsonNode node) {
        List<JsonNode> values = ScimJson.values(node);
        JsonNode best = null;
        int rank = 0;
        for (JsonNode value : values) {
            String type = value.isObject() ? ScimJson.text(ScimJson.field(value, "type"), "emails.type") : null;
            int own = ScimJson.primary(value, "emails") ? 3 : WORK.equalsIgnoreCase(type) ? 2 : 1;
            String address = ScimJson.value(value, "emails");
            if (address != null && own > rank) {
                best = value;
                rank = own;
            }
        }
        if (best != null) {
            email = ScimJson.value(best, "emails");
        } else if (!values.isEmpty()) {
            throw ScimException.value("emails must hold a value.");
        }
    }

    private void readRoles(@Nullable JsonNode node) {
        List<JsonNode> values = ScimJson.values(node);
        Set<String> all = new LinkedHashSet<>();
        Set<String> primary = new LinkedHashSet<>();
        for (JsonNode value : values) {
            String text = ScimJson.value(value, "roles");
            if (text == null) {
                throw ScimException.value("Each of roles must have a value: the name of a role.");
            }
            all.add(text);
            if (ScimJson.primary(value, "roles")) {
                primary.add(text);
            }
        }
        Set<String> meant = all.size() > 1 ? primary : all;
        if (all.size() > 1 && meant.size() != 1) {
            throw ScimException.value("An agent has one role; make one of roles the primary one.");
        }
        if (!meant.isEmpty()) {
            role = Role.of(meant.iterator().next());
        }
    }

    /** What a PATCH makes of what is. */
    static UserAttributes patched(ScimPatch patch, UserAttributes before) {
        ScimUsers draft = of(before);
        patch.steps().forEach(draft::apply);
        return draft.whole();
    }

    private void apply(ScimPatch.Step step) {
        ScimPath path = step.path();
        ScimFilter.Attribute attribute = path.attribute();
        if (!attribute.schema().isEmpty() && !attribute.schema().equals(SCHEMA.toLowerCase(Locale.ROOT))) {
            // Of an extension that agents have not got.
            return;
        }
        boolean unset = step.kind() == ScimPatch.Kind.REMOVE || step.value() == null;
        JsonNode value = unset ? null : step.value();
        String target = path.name();
        if (path.filter() != null
                && !attribute.name().equals("emails")
                && !attribute.name().equals("roles")
                && !PASSED_OVER.contains(attribute.name())) {
            throw ScimException.path(
                    "'" + ApiResource.shortened(attribute.written()) + "' has one value, not several.");
        }
        switch (target) {
            case "username" -> userName = ScimJson.text(value, "userName");
            case "externalid" -> externalId = ScimJson.text(value, "externalId");
            case "displayname", "name.formatted" -> show(ScimJson.text(value, "displayName"));
            case "name" -> {
                if (value == null) {
                    givenName = null;
                    familyName = null;
                } else {
                    readName(value);
                }
            }
            case "name.givenname" -> givenName = ScimJson.text(value, "name.givenName");
            case "name.familyname" -> familyName = ScimJson.text(value, "name.familyName");
            case "name.middlename", "name.honorificprefix", "name.honorificsuffix" -> {}
            case "active" -> {
                Boolean works = ScimJson.truth(value, "active");
                if (works == null) {
                    throw ScimException.value("active must be true or false.");
                }
                active = works;
            }
            default -> applyToMany(step, value);
        }
    }

    private void applyToMany(ScimPatch.Step step, @Nullable JsonNode value) {
        ScimPath path = step.path();
        String attribute = path.attribute().name();
        switch (attribute) {
            case "emails" -> {
                if (fits(step, email)) {
                    if (value == null || (value.isArray() && value.isEmpty())) {
                        requireRemovable(path, "emails", "A mail address");
                    } else if (isValue(path)) {
                        readEmails(value);
                    }
                }
            }
            case "roles" -> {
                if (fits(step, role == null ? null : role.wireName())) {
                    if (value == null || (value.isArray() && value.isEmpty())) {
                        requireRemovable(path, "roles", "A role");
                    } else if (isValue(path)) {
                        readRoles(value);
                    }
                }
            }
            default -> {
                if (READ_ONLY.contains(attribute)) {
                    if (step.named()) {
                        throw new ScimException(
                                400,
                                ScimException.MUTABILITY,
                                "'" + path.attribute().written() + "' can be read, but not changed.");
                    }
                } else if (step.named() && !PASSED_OVER.contains(attribute)) {
                    throw ScimException.path("There is no attribute '"
                            + ApiResource.shortened(path.attribute().written()) + "' of users.");
                }
            }
        }
    }

    /** Whether the path means the address or the name of the role itself, and not what else is said of it. */
    private static boolean isValue(ScimPath path) {
        return path.part() == null || "value".equals(path.part());
    }

    private static void requireRemovable(ScimPath path, String attribute, String what) {
        if (isValue(path)) {
            throw ScimException.value(attribute + ": " + what + " is required; replace it, or set active to false.");
        }
    }

    private static boolean fits(ScimPatch.Step step, @Nullable String present) {
        ScimFilter filter = step.path().filter();
        if (filter == null) {
            return true;
        }
        boolean fits = ScimFilter.fits(filter, part -> switch (part) {
            case "value", "display" -> present == null ? null : TextNode.valueOf(present);
            case "type" -> TextNode.valueOf(WORK);
            case "primary" -> BooleanNode.TRUE;
            default -> null;
        });
        if (!fits && step.kind() == ScimPatch.Kind.REPLACE) {
            throw new ScimException(
                    400,
                    ScimException.NO_TARGET,
                    "None of " + step.path().attribute().name()
                            + " fits the filter: there is one, of the type work, which is the primary one.");
        }
        return fits;
    }

    /** The name of its parts, or the user's name where there are none. */
    private String composedName(String user) {
        if (givenName == null) {
            return familyName == null ? user : familyName;
        }
        return familyName == null ? givenName : givenName + " " + familyName;
    }

    private UserAttributes whole() {
        if (userName == null) {
            throw ScimException.value("userName is required.");
        }
        String shown = composed || name == null ? composedName(userName) : name;
        String address = email;
        if (address == null) {
            address = MailAddresses.normalize(userName).orElse(null);
        }
        if (address == null) {
            throw ScimException.value("emails is required where userName is no mail address.");
        }
        return new UserAttributes(
                userName, externalId, shown, givenName, familyName, address, role == null ? Role.AGENT : role, active);
    }

    /** A user as it is answered. */
    static ObjectNode json(DirectoryUser user, ScimPlaces places) {
        UserAttributes of = user.attributes();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("schemas").add(SCHEMA);
        json.put("id", user.id().toString());
        if (of.externalId() != null) {
            json.put("externalId", of.externalId());
        }
        json.put("userName", of.userName());
        json.put("displayName", of.name());
        ObjectNode name = json.putObject("name");
        name.put("formatted", of.name());
        if (of.givenName() != null) {
            name.put("givenName", of.givenName());
        }
        if (of.familyName() != null) {
            name.put("familyName", of.familyName());
        }
        json.put("active", of.active());
        json.putArray("emails")
                .addObject()
                .put("value", of.email())
                .put("type", WORK)
                .put("primary", true);
        json.putArray("roles").addObject().put("value", of.role().wireName()).put("primary", true);
        if (!user.teams().isEmpty()) {
            for (DirectoryUser.Membership team : user.teams()) {
                json.withArray("groups")
                        .addObject()
                        .put("value", team.id().toString())
                        .put("$ref", places.of("Groups", team.id().toString()))
                        .put("display", team.name())
                        .put("type", "direct");
            }
        }
        places.meta(json, "User", "Users", user.id().toString(), user.createdAt(), user.updatedAt(), user.version());
        return json;
    }
}
