package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;

/** The tenant of development, made once. */
final class DemoTenant {

    static final String SLUG = "demo";
    static final String MAILBOX = "support@demo.example";
    static final String ADMIN = "olivia.brandt@demo.example";

    private DemoTenant() {}

    /**
     * What the rest of the server needs to know.
     *
     * @param tenant the tenant
     * @param admin its administrator
     */
    record Demo(TenantId tenant, Agent admin) {}

    static Demo provide(InsightDesk insightDesk, Summary summary) {
        Tenant tenant = insightDesk
                .tenants()
                .findBySlug(SLUG)
                .orElseGet(() -> insightDesk.tenants().create(NewTenant.of(SLUG, "Demo")));
        var agents = insightDesk.tenant(tenant.id()).as(Actor.system()).agents();
        Agent admin = agents.findByEmail(ADMIN)
                .orElseGet(() -> agents.create(NewAgent.of("Olivia Brandt", ADMIN, Role.ADMIN)));
        return new Demo(tenant.id(), admin);
    }
}
