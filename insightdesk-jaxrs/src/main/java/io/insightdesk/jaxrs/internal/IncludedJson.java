package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tickets name, each once, where it was asked for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record IncludedJson(
        @Text("The customers who ask.") @Nullable List<CustomerJson> customers,

        @Text("Their organizations, as the tickets name them.") @Nullable List<OrganizationJson> organizations,

        @Text("The agents who work on them.") @Nullable List<AgentJson> agents,

        @Text("The teams they belong to.") @Nullable List<TeamJson> teams)
        implements Wire {}
