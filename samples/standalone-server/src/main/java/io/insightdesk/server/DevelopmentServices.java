package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.devenv.servers.PostgresServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The servers that development brings along: a PostgreSQL, unless a database is given, and a mail catcher, unless mail is sent
 * to a server that is given.
 */
final class DevelopmentServices implements AutoCloseable {

    private static final String DATABASE = PostgresServer.SUPERUSER;

    private final @Nullable PostgresServer postgres;
    private final @Nullable MailCatcher catcher;

    private DevelopmentServices(@Nullable PostgresServer postgres, @Nullable MailCatcher catcher) {
        this.postgres = postgres;
        this.catcher = catcher;
    }

    static DevelopmentServices start(Settings settings, Summary summary) {
        Settings.Development options = settings.development();
        MailCatcher catcher = settings.smtp() == null ? startCatcher(options) : null;
        try {
            PostgresServer postgres = settings.database() == null
                    ? startPostgres(options.directory().resolve("postgres"), summary)
                    : null;
            return new DevelopmentServices(postgres, catcher);
        } catch (RuntimeException e) {
            if (catcher != null) {
                catcher.close();
            }
            throw e;
        }
    }

    private static MailCatcher startCatcher(Settings.Development options) {
        return MailCatcher.builder()
                .directory(options.directory().resolve("mails"))
                .smtpPort(options.catcherSmtpPort())
                .httpPort(options.catcherHttpPort())
                .portSettings("MAIL_CATCHER_SMTP_PORT=…", "MAIL_CATCHER_HTTP_PORT=…")
                .start();
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

    /** Returns the mail catcher; only asked for where no mail server was given. */
    MailCatcher catcher() {
        return requireNonNull(catcher, "catcher");
    }

    DatabaseUrl database() {
        return new DatabaseUrl(requireNonNull(postgres, "postgres").jdbcUrl(DATABASE), PostgresServer.SUPERUSER, null);
    }

    @Override
    public void close() {
        if (catcher != null) {
            catcher.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }
}
