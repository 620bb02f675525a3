package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The wiring: which classes and instances make up the API, alone or inside a host's application. */
public final class Parts {
    private Parts() {}

    /** The resources. */
    public static Set<Class<?>> resources() {
        return new LinkedHashSet<>(List.of(
                TicketsResource.class,
                TicketsBulkResource.class,
                TicketMessagesResource.class,
                TicketNotesResource.class,
                TicketAttachmentsResource.class,
                TicketEventsResource.class,
                TicketTagsResource.class,
                EventStreamResource.class,
                MessagesResource.class,
                AttachmentsResource.class,
                CustomersResource.class,
                OrganizationsResource.class,
                AgentsResource.class,
                AgentLoginResource.class,
                RolesResource.class,
                TeamsResource.class,
                TagsResource.class,
                ApiTokensResource.class,
                AuthResource.class,
                AuthSessionsResource.class,
                AuthPasswordResource.class,
                AuthEmailResource.class,
                AuthMfaResource.class,
                AuthKeysResource.class,
                AuthLinkResource.class,
                AuthOpenIdResource.class,
                MeResource.class,
                TenantResource.class,
                MailboxesResource.class,
                MailInboundResource.class,
                AuditResource.class,
                JobsResource.class,
                JobSchedulesResource.class,
                JobQueuesResource.class,
                JobKindsResource.class,
                JobWorkersResource.class,
                OperationsResource.class,
                LegalHoldsResource.class,
                RetentionRulesResource.class,
                ScimUsersResource.class,
                ScimGroupsResource.class,
                ScimDiscoveryResource.class,
                OpenApiResource.class));
    }

    /** Providers for an application of this API's own: they meet every request and answer every error. */
    public static Set<Object> isolated(InsightDesk insightDesk, ApiOptions options) {
        Set<Object> parts = common(options);
        parts.add(new RequestFilter());
        if (options.tenantResolver().orElse(null) instanceof TenantPath path) {
            parts.add(path);
        }
        parts.add(new IsolatedGate(insightDesk, options));
        parts.add(new IsolatedAnswer(insightDesk, options));
        if (ServletPeer.possible()) {
            parts.add(new IsolatedPeer());
        }
        if (!options.cors().origins().isEmpty()) {
            parts.add(new CorsFilter(options.cors()));
        }
        parts.add(new AnyProblemMapper());
        return parts;
    }

    /** Providers for a host's application: bound to this API's resources and types. */
    public static Set<Object> shared(InsightDesk insightDesk, ApiOptions options) {
        Set<Object> parts = common(options);
        parts.add(new BoundGate(insightDesk, options));
        parts.add(new BoundAnswer(insightDesk, options));
        if (ServletPeer.possible()) {
            parts.add(new BoundPeer());
        }
        return parts;
    }

    private static Set<Object> common(ApiOptions options) {
        Set<Object> parts = new LinkedHashSet<>();
        parts.add(new JsonBodyReader(options.maxJsonBytes()));
        parts.add(new WireWriter());
        parts.add(new EventStreamWriter());
        parts.add(new KnownProblemMapper());
        parts.add(new RequestProblemMapper());
        parts.add(new ScimExceptionMapper());
        return parts;
    }
}
