package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.event.AuditCheck;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies the audit trails of all tenants, for people: a line each, and one for each problem. */
final class AuditTrails {

    private static final int AT_ONCE = 100;

    private final InsightDesk insightDesk;
    private final PrintStream out;

    AuditTrails(InsightDesk insightDesk, PrintStream out) {
        this.insightDesk = insightDesk;
        this.out = out;
    }

    boolean verify() {
        boolean intact = true;
        @Nullable TenantId after = null;
        List<TenantId> some;
        do {
            some = insightDesk.tenants().ids(after, AT_ONCE);
            for (TenantId tenant : some) {
                intact &= verify(insightDesk.tenants().get(tenant));
                after = tenant;
            }
        } while (some.size() == AT_ONCE);
        return intact;
    }

    private boolean verify(Tenant tenant) {
        AuditCheck check = insightDesk.audit(tenant.id()).verify(null, null);
        out.println(tenant.slug() + ": " + (check.intact() ? "intact" : "NOT INTACT") + ", " + check.events()
                + " events in " + check.segments() + " segments, " + check.pending() + " not sealed yet, head "
                + (check.head() == null ? "none" : check.head()));
        for (AuditCheck.Problem problem : check.problems()) {
            out.println("  " + problem.kind().wireName()
                    + (problem.segment() == null ? "" : ", segment " + problem.segment())
                    + (problem.event() == null ? "" : ", event " + problem.event()));
        }
        return check.intact();
    }
}
