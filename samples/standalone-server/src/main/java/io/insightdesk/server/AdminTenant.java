package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tenants. */
@Command(name = "tenant", header = "Makes and lists tenants.")
final class AdminTenant implements Runnable {

    private static final int AT_ONCE = 100;

    @ParentCommand
    private @Nullable AdminCommand admin;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(requireNonNull(spec, "spec").commandLine(), "admin tenant needs create or list.");
    }

    @Command(name = "create", header = "Makes a tenant and prints its id.")
    int create(
            @Parameters(paramLabel = "SLUG", description = "Its short name in addresses, such as acme.") String slug,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its name for people.")
                    String name,
            @Option(
                            names = "--time-zone",
                            defaultValue = "UTC",
                            paramLabel = "ZONE",
                            description = "The zone of its calendars, such as Europe/Vienna; UTC otherwise.")
                    ZoneId timeZone,
            @Option(
                            names = "--locale",
                            defaultValue = "en",
                            paramLabel = "LOCALE",
                            description = "A BCP 47 language tag; en otherwise.")
                    String locale) {
        AdminCommand with = requireNonNull(admin, "admin");
        return with.with(insightDesk -> {
            with.out()
                    .println(insightDesk
                            .tenants()
                            .create(new NewTenant(slug, name, timeZone, locale))
                            .id());
            return 0;
        });
    }

    @Command(name = "list", header = "Lists all tenants: slug, id, state and name, separated by tabs.")
    int list() {
        AdminCommand with = requireNonNull(admin, "admin");
        return with.with(insightDesk -> {
            @Nullable TenantId after = null;
            List<TenantId> some;
            do {
                some = insightDesk.tenants().ids(after, AT_ONCE);
                for (TenantId id : some) {
                    Tenant tenant = insightDesk.tenants().get(id);
                    with.out()
                            .println(String.join(
                                    "\t",
                                    tenant.slug(),
                                    id.toString(),
                                    tenant.active() ? "active" : "suspended",
                                    tenant.name()));
                    after = id;
                }
            } while (some.size() == AT_ONCE);
            return 0;
        });
    }
}
