package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A user of SCIM, for the description of the API: what is answered depends on the attributes that are asked for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScimUserJson(
        @Text(value = "What this is.", example = ScimUsers.SCHEMA)
        List<String> schemas,

        @Text("The user, which is the agent's id.") UUID id,

        @Text(value = "The provider's own identifier.", example = "00u1a2b3c4") @Nullable String externalId,

        @Text(value = "The name the provider knows the user by.", example = "grace@acme.example") @Nullable String userName,

        @Text(value = "The name that customers see.", example = "Grace Hopper") @Nullable String displayName,

        @Text("The name in parts.") @Nullable Name name,
        @Text("Whether the user works here.") @Nullable Boolean active,

        @Text("The mail address, as a list of one.") @Nullable List<Email> emails,

        @Text("The role, as a list of one.") @Nullable List<RoleValue> roles,

        @Text("The teams the user is a member of; read only.") @Nullable List<Reference> groups,

        @Text("About the resource.") @Nullable Meta meta)
        implements Wire {
    /** A name in parts. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Name(
            @Text(value = "The whole name.", example = "Grace Hopper") @Nullable String formatted,

            @Text(value = "The given name.", example = "Grace") @Nullable String givenName,

            @Text(value = "The family name.", example = "Hopper") @Nullable String familyName) {}

    /** A mail address. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Email(
            @Text(value = "The address.", example = "grace@acme.example") @Nullable String value,

            @Text(value = "Always work.", example = "work") @Nullable String type,

            @Text(value = "Always true.", example = "true") @Nullable Boolean primary) {}

    /** A role. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RoleValue(
            @Text(value = "The name of a role.", example = "agent") @Nullable String value,

            @Text(value = "Always true.", example = "true") @Nullable Boolean primary) {}

    /** Another resource. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reference(
            @Text("Its id.") @Nullable UUID value,

            @Text(value = "Its name.", example = "First line") @Nullable String display,

            @Text(value = "What it is.", example = "direct") @Nullable String type) {}

    /** About a resource. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Meta(
            @Text(value = "What it is.", example = "User") @Nullable String resourceType,

            @Text("When it was made.") @Nullable Instant created,
            @Text("When it was last changed.") @Nullable Instant lastModified,

            @Text(
                    value = "Where it is.",
                    example = "https://desk.example/api/v1/scim/v2/Users/0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5b")
            @Nullable String location,

            @Text(value = "Its ETag.", example = "\"3-1a2b3c4d\"") @Nullable String version) {}
}
