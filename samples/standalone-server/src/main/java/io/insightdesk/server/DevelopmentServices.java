package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.devenv.servers.PostgresServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The servers that development brings along: a PostgreSQL, unless a database is given, and a mail catcher. */
final class DevelopmentServices implements AutoCloseable {

    private static final String DATABASE = PostgresServer.SUPERUSER;

    private final @Nullable PostgresServer postgres;
    private final MailCatcher catcher;

    private DevelopmentServices(@Nullable PostgresServer postgres, MailCatcher catcher) {
        this.postgres = postgres;
        this.catcher = catcher;
    }

    static DevelopmentServices start(Settings settings, Summary summary) {
        Settings.Development options = settings.development();
        MailCatcher catcher = MailCatcher.builder()
                .directory(options.directory().resolve("mails"))
                .smtpPort(options.catcherSmtpPort())
                .httpPort(options.catcherHttpPort())
                .portSettings("MAIL_CATCHER_SMTP_PORT=…", "MAIL_CATCHER_HTTP_PORT=…")
                .start();
        try {
            PostgresServer postgres =
                    settings.database() == null ? startPostgres(options.directory().resolve("postgres"), summary) : null;
            return new DevelopmentServices(postgres, catcher);
        } catch (RuntimeException e) {
            catcher.close();
            throw e;
        }
    }

    private static PostgresServer startPostgres(Path directory, Summary summary) {
        summary.say(
                Files.exists(directory)
                        ? "Starting PostgreSQL (its data are in " + directory + ") …"
                        : "Starting PostgreSQL (the first start unpacks it) …");
        try {
            return PostgresServer.builder()
                    .dataDirectory(directory)
                    .durable(true)
                    .start();
        } catch (PostgresServerException e) {
            throw new StartException("PostgreSQL did not start in " + directory + ": " + e.getMessage());
        }
    }

    MailCatcher catcher() {
        return catcher;
    }

    DatabaseUrl database() {
        return new DatabaseUrl(requireNonNull(postgres, "postgres").jdbcUrl(DATABASE), PostgresServer.SUPERUSER, null);
    }

    @Override
    public void close() {
        catcher.close();
        if (postgres != null) {
            postgres.close();
        }
    }
}
