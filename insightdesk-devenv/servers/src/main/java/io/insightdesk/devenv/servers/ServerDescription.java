package io.insightdesk.devenv.servers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a container of a service is made of. Containers and the compose file both come from this, so that they cannot
 * drift apart.
 *
 * @param service the service
 * @param image the image
 * @param ports the ports it listens on, with their numbers inside the container
 * @param environment its environment
 * @param command the arguments of the image's entry point; empty for the image's own
 * @param data where in the container the data are; null if there are none worth keeping
 * @param health the command that tells within the container whether it is well
 */
record ServerDescription(
        Service service,
        String image,
        List<ServerPort> ports,
        Map<String, String> environment,
        List<String> command,
        @Nullable String data,
        List<String> health) {

    static final String DATABASE = "insightdesk";
    static final String USER = "insightdesk";
    static final String PASSWORD = "insightdesk";
    static final String S3_ACCESS_KEY = "insightdesk";
    static final String S3_SECRET_KEY = "insightdesk-secret";
    static final String S3_REGION = "us-east-1";
    static final String BUCKET = "insightdesk";

    /** Alpine has wget, other images have bash. */
    private static final String MAIL_HEALTH =
            "wget -q -O /dev/null http://127.0.0.1:8025/ || bash -c 'exec 3<>/dev/tcp/127.0.0.1/8025'";

    ServerDescription {
        ports = List.copyOf(ports);
        // In an order that is the same in every process: containers are found again by a hash of this.
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        command = List.copyOf(command);
        health = List.copyOf(health);
    }

    /**
     * Describes a service.
     *
     * @param kept whether the data are to survive the container, and a crash of the machine
     */
    static ServerDescription of(Service service, String image, boolean kept) {
        return switch (service) {
            case POSTGRES -> postgres(image, kept);
            case VALKEY ->
                new ServerDescription(
                        service,
                        image,
                        List.of(ServerPort.VALKEY),
                        Map.of(),
                        List.of(
                                "valkey-server",
                                "--databases",
                                Integer.toString(ValkeyEndpoint.DATABASES),
                                "--save",
                                "",
                                "--appendonly",
                                kept ? "yes" : "no"),
                        "/data",
                        List.of("CMD", "valkey-cli", "ping"));
            case MINIO ->
                new ServerDescription(
                        service,
                        image,
                        List.of(ServerPort.MINIO, ServerPort.MINIO_CONSOLE),
                        Map.of("MINIO_ROOT_USER", S3_ACCESS_KEY, "MINIO_ROOT_PASSWORD", S3_SECRET_KEY),
                        List.of("server", "/data", "--console-address", ":" + ServerPort.MINIO_CONSOLE.wellKnown()),
                        "/data",
                        // The image has neither curl nor wget; bash can open a connection.
                        List.of("CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9000"));
            case MAILHOG ->
                new ServerDescription(
                        service,
                        image,
                        List.of(ServerPort.MAILHOG_SMTP, ServerPort.MAILHOG_HTTP),
                        Map.of(),
                        List.of(),
                        // MailHog cannot write to a fresh volume: it does not run as root, and the volume is root's.
                        null,
                        List.of("CMD-SHELL", MAIL_HEALTH));
        };
    }

    private static ServerDescription postgres(String image, boolean kept) {
        List<String> command = new ArrayList<>(
                List.of("postgres", "-c", "max_connections=200", "-c", "max_prepared_transactions=200"));
        if (!kept) {
            // Survives a crash of the server, not of the machine; nothing is there to be saved.
            command.addAll(List.of(
                    "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_wal_size=" + MemoryData.MAX_WAL_SIZE));
        }
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("POSTGRES_USER", USER);
        environment.put("POSTGRES_PASSWORD", PASSWORD);
        environment.put("POSTGRES_DB", DATABASE);
        // As the embedded server does: no order depends on the locales of the machine or the image.
        environment.put(
                "POSTGRES_INITDB_ARGS",
                "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
                        + (kept ? "" : " --no-sync"));
        return new ServerDescription(
                Service.POSTGRES,
                image,
                List.of(ServerPort.POSTGRES),
                environment,
                command,
                "/var/lib/postgresql/data",
                List.of("CMD", "pg_isready", "-h", "127.0.0.1", "-U", USER, "-d", DATABASE));
    }
}
