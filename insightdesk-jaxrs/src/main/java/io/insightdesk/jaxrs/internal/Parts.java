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
                TicketMessagesResource.class,
                TicketNotesResource.class,
                TicketAttachmentsResource.class,
                TicketEventsResource.class,
                TicketTagsResource.class,
                MessagesResource.class,
                AttachmentsResource.class,
                CustomersResource.class,
                OrganizationsResource.class,
                AgentsResource.class,
                RolesResource.class,
                TeamsResource.class,
                TagsResource.class,
                ApiTokensResource.class,
                MeResource.class,
                MailboxesResource.class,
                MailInboundResource.class,
                JobsResource.class,
                JobSchedulesResource.class,
                JobQueuesResource.class,
                JobKindsResource.class,
                JobWorkersResource.class,
                OpenApiResource.class));
    }

    /** Providers for an application of this API's own: they meet every request and answer every error. */
    public static Set<Object> isolated(InsightDesk insightDesk, ApiOptions options) {
        Set<Object> parts = common(options);
        parts.add(new RequestFilter());
        parts.add(new IsolatedGate(insightDesk, options));
        parts.add(new IsolatedAnswer(insightDesk));
        parts.add(new AnyProblemMapper());
        return parts;
    }

    /** Providers for a host's application: bound to this API's resources and types. */
    public static Set<Object> shared(InsightDesk insightDesk, ApiOptions options) {
        Set<Object> parts = common(options);
        parts.add(new BoundGate(insightDesk, options));
        parts.add(new BoundAnswer(insightDesk));
        return parts;
    }

    private static Set<Object> common(ApiOptions options) {
        Set<Object> parts = new LinkedHashSet<>();
        parts.add(new JsonBodyReader(options.maxJsonBytes()));
        parts.add(new WireWriter());
        parts.add(new KnownProblemMapper());
        parts.add(new RequestProblemMapper());
        return parts;
    }
}
