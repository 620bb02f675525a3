package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A group of SCIM, for the description of the API: what is answered depends on the attributes that are asked for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScimGroupJson(
        @Text(value = "What this is.", example = ScimGroups.SCHEMA)
        List<String> schemas,

        @Text("The group, which is the team's id.") UUID id,

        @Text(value = "The provider's own identifier.", example = "00g1a2b3c4") @Nullable String externalId,

        @Text(value = "The name.", example = "First line") @Nullable String displayName,

        @Text("The users in it.") @Nullable List<ScimUserJson.Reference> members,
        @Text("About the resource.") ScimUserJson.@Nullable Meta meta)
        implements Wire {}
