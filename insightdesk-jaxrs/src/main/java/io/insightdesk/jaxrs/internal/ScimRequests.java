package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.identity.AgentId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the bodies of SCIM requests hold, for the description of the API: they are read by {@link ScimUsers}, {@link ScimGroups} and
 * {@link ScimPatch}, which pass over what they do not know.
 */
final class ScimRequests {
    private ScimRequests() {}

    /** A user. */
    record NewScimUserJson(
            @Required @Text(value = "What this is.", example = ScimUsers.SCHEMA)
            List<String> schemas,

            @Required
            @Text(value = "The name the provider knows the user by.", max = 320, example = "grace@acme.example")
            String userName,

            @Text(value = "The provider's own identifier.", max = 200, example = "00u1a2b3c4") @Nullable String externalId,

            @Text("The name in parts.") @Nullable NewScimName name,

            @Text(
                    value = "The name that customers see; made of the parts where it is not said.",
                    max = 200,
                    example = "Grace Hopper")
            @Nullable String displayName,

            @Text(
                    "The mail addresses: the primary one, else one of type work, else the first is taken; userName where there is none.")
            @Nullable List<NewScimEmail> emails,

            @Text(value = "Whether the user works here; true where it is not said.", example = "true") @Nullable Boolean active,

            @Text("The role; agent where it is not said.") @Nullable List<NewScimRole> roles) {}

    /** A name in parts. */
    record NewScimName(
            @Text(value = "The whole name.", max = 200, example = "Grace Hopper") @Nullable String formatted,

            @Text(value = "The given name.", max = 200, example = "Grace") @Nullable String givenName,

            @Text(value = "The family name.", max = 200, example = "Hopper") @Nullable String familyName) {}

    /** A mail address. */
    record NewScimEmail(
            @Required @Text(value = "The address.", max = 320, example = "grace@acme.example")
            String value,

            @Text(value = "Its type.", example = "work") @Nullable String type,

            @Text(value = "Whether it is the primary one.", example = "true") @Nullable Boolean primary) {}

    /** A role. */
    record NewScimRole(
            @Required @Text(value = "The name of a role.", example = "viewer")
            String value,

            @Text(value = "Whether it is the primary one.", example = "true") @Nullable Boolean primary) {}

    /** A group. */
    record NewScimGroupJson(
            @Required @Text(value = "What this is.", example = ScimGroups.SCHEMA)
            List<String> schemas,

            @Required @Text(value = "The name.", max = 200, example = "First line")
            String displayName,

            @Text(value = "The provider's own identifier.", max = 200, example = "00g1a2b3c4") @Nullable String externalId,

            @Text("The users in it, each with its id as value.") @Nullable List<NewScimMember> members) {}

    /** A member. */
    record NewScimMember(
            @Required @Text("The id of a user.") AgentId value) {}

    /** A change by operations. */
    record ScimPatchJson(
            @Required @Text(value = "What this is.", example = ScimPatch.SCHEMA)
            List<String> schemas,

            @Required @Text("What shall be done, in this order.")
            List<ScimOperationJson> Operations) {}

    /** One operation of a change. */
    record ScimOperationJson(
            @Required @Text(value = "add, replace or remove, in any case.", example = "replace")
            String op,

            @Text(value = "What it is about.", example = "displayName") @Nullable String path,

            @Text(value = "The value: of any type, as the path has it.", example = "\"Admiral Hopper\"") @Nullable JsonNode value) {}
}
