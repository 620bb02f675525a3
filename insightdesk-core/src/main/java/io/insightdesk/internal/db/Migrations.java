package io.insightdesk.internal.db;

import io.insightdesk.error.UnavailableException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.ValidateResult;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/** Brings the library's schema to this release, or checks that it is there. Never touches another schema. */
public final class Migrations {

    private static final String LOCATION = "classpath:io/insightdesk/db/migration";
    private static final String HISTORY = "schema_history";

    private final Flyway flyway;

    /** Makes the migrations of a schema; nothing is done yet. */
    public Migrations(DataSource dataSource, String schema, String workRole) {
        FluentConfiguration configuration = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(dataSource)
                .locations(LOCATION)
                .schemas(schema)
                .defaultSchema(schema)
                .createSchemas(true)
                .table(HISTORY)
                // By itself it takes java.util.logging, and so the error stream, where slf4j has no provider.
                .loggers("slf4j")
                .placeholders(Map.of("schema", schema, "workRole", workRole))
                .validateMigrationNaming(true)
                .cleanDisabled(true);
        // A transaction that waits for the lock would block "create index concurrently" for ever.
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        this.flyway = configuration.load();
    }

    /** Brings the schema to this release; several nodes may do so at once. Answers how many migrations were applied. */
    public int migrate() {
        try {
            return flyway.migrate().migrationsExecuted;
        } catch (FlywayException e) {
            throw new UnavailableException(
                    "migration_failed", "The database schema could not be migrated: " + e.getMessage(), e);
        }
    }

    /** Checks that the schema is at this release. */
    public void validate() {
        ValidateResult result = flyway.validateWithResult();
        if (!result.validationSuccessful) {
            throw new UnavailableException(
                    "schema_not_current",
                    "The database schema is not at this release; run the migration first. "
                            + result.getAllErrorMessages(),
                    null);
        }
    }
}
