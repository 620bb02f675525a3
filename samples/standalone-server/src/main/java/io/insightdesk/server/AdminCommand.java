package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.tenant.Tenant;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * What only the operator of an installation may do, on the database itself. Whoever may run it with the settings of a server may do
 * everything in all tenants.
 */
@Command(
        name = "admin",
        header = "Tenants, agents, tokens and keys, on the database of DATABASE_URL.",
        description =
                "Needs the settings of the server, such as APP_ENV and DATABASE_URL, and a schema of this release.",
        subcommands = {AdminTenant.class, AdminAgent.class, AdminToken.class, AdminKeys.class})
final class AdminCommand implements Runnable {

    private static final int CONNECTIONS = 2;

    @ParentCommand
    private @Nullable CommandLineTool tool;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                requireNonNull(spec, "spec").commandLine(), "admin needs tenant, agent, token or keys.");
    }

    /** Runs work with the help desk of DATABASE_URL. */
    int with(ToIntFunction<InsightDesk> work) {
        CommandLineTool with = requireNonNull(tool, "tool");
        // The role that needs nothing but a database; what else is set is used, such as the keys.
        Settings settings = SettingsReader.read(
                with.environment(), List.of(ServerRole.MIGRATE.wireName()), with.workingDirectory());
        DatabaseUrl database = settings.database();
        if (database == null) {
            throw new StartException(
                    "DATABASE_URL is not set. The database that development makes for itself is not known to this command.");
        }
        Logging.quiet();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (HikariDataSource pool = DatabasePool.open(database, settings.pool().upTo(CONNECTIONS), meters);
                InsightDesk insightDesk = HelpDesk.build(
                        settings, pool, null, null, MigrationMode.VALIDATE, meters, ObservationRegistry.NOOP, null)) {
            return work.applyAsInt(insightDesk);
        }
    }

    /** The help desk of a tenant, for the system, which may do everything. */
    static Desk desk(InsightDesk insightDesk, String slug) {
        return insightDesk.tenant(tenant(insightDesk, slug).id()).as(Actor.system());
    }

    static Tenant tenant(InsightDesk insightDesk, String slug) {
        return insightDesk.tenants().findBySlug(slug).orElseThrow(() -> new NotFoundException("tenant", slug));
    }

    PrintWriter out() {
        return requireNonNull(spec, "spec").commandLine().getOut();
    }
}
