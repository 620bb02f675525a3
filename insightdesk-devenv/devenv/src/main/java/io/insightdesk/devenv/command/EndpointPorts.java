package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Endpoints;
import io.insightdesk.devenv.servers.MailEndpoint;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From endpoints to the numbers of their ports, and back. */
final class EndpointPorts {
    /** User, password, database, key and bucket of every development environment. */
    private static final String NAME = "insightdesk";

    private static final String SECRET = "insightdesk-secret";
    private static final String REGION = "us-east-1";

    private EndpointPorts() {}

    static Map<ServerPort, Integer> of(Endpoints endpoints) {
        Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);
        PostgresEndpoint postgres = endpoints.postgres();
        if (postgres != null) {
            ports.put(ServerPort.POSTGRES, postgres.port());
        }
        ValkeyEndpoint valkey = endpoints.valkey();
        if (valkey != null) {
            ports.put(ServerPort.VALKEY, valkey.port());
        }
        S3Endpoint s3 = endpoints.s3();
        if (s3 != null && s3.uri().getPort() > 0) {
            ports.put(ServerPort.MINIO, s3.uri().getPort());
        }
        MailEndpoint mail = endpoints.mail();
        if (mail != null) {
            ports.put(ServerPort.MAILHOG_SMTP, mail.smtpPort());
            ports.put(ServerPort.MAILHOG_HTTP, mail.web().getPort());
        }
        return ports;
    }

    /** Rebuilds the endpoints of servers whose ports are known, and whose keys are always the same. */
    static Endpoints endpoints(String host, Map<ServerPort, Integer> ports) {
        @Nullable Integer postgres = ports.get(ServerPort.POSTGRES);
        @Nullable Integer valkey = ports.get(ServerPort.VALKEY);
        @Nullable Integer s3 = ports.get(ServerPort.MINIO);
        @Nullable Integer smtp = ports.get(ServerPort.MAILHOG_SMTP);
        @Nullable Integer web = ports.get(ServerPort.MAILHOG_HTTP);
        return new Endpoints(
                postgres == null ? null : new PostgresEndpoint(host, postgres, NAME, NAME, NAME),
                valkey == null ? null : new ValkeyEndpoint(host, valkey, 0),
                s3 == null ? null : new S3Endpoint(URI.create("http://" + host + ":" + s3), REGION, NAME, SECRET, NAME),
                smtp == null || web == null
                        ? null
                        : new MailEndpoint(host, smtp, URI.create("http://" + host + ":" + web + "/")));
    }

    /** Returns where a service is, for people, without its secrets. */
    static String address(Endpoints endpoints, Service service) {
        PostgresEndpoint postgres = endpoints.postgres();
        ValkeyEndpoint valkey = endpoints.valkey();
        S3Endpoint s3 = endpoints.s3();
        MailEndpoint mail = endpoints.mail();
        return switch (service) {
            case POSTGRES ->
                postgres == null
                        ? ""
                        : "postgresql://" + postgres.host() + ":" + postgres.port() + "/" + postgres.database();
            case VALKEY -> valkey == null ? "" : valkey.uri().toString();
            case MINIO -> s3 == null ? "" : s3.uri().toString();
            case MAILHOG -> mail == null ? "" : mail.web() + " (SMTP " + mail.smtpHost() + ":" + mail.smtpPort() + ")";
        };
    }
}
