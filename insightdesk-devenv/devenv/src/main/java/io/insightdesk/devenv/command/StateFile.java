package io.insightdesk.devenv.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.servers.Endpoints;
import io.insightdesk.devenv.servers.MailEndpoint;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes and reads what is remembered about a stack. */
final class StateFile {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private StateFile() {}

    /** Reads the file; empty if there is none. */
    static Optional<StackState> read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw CommandFailure.failed(
                    file + " cannot be read: " + e.getMessage() + ". Mend its rights, or delete it.", e);
        }
        try {
            return Optional.of(parse(text));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw CommandFailure.failed(
                    file + " is damaged: " + e.getMessage()
                            + ". Delete it; the next «desk up» finds the servers and their data again.",
                    e);
        }
    }

    static void write(Path file, StackState state) {
        try {
            AtomicFiles.write(file, format(state));
        } catch (IOException e) {
            throw CommandFailure.failed(
                    file + " cannot be written: " + e.getMessage() + ". Make room or mend its rights.", e);
        }
    }

    static String format(StackState state) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("name", state.name());
        root.put("up", state.up());
        if (state.mode() != null) {
            root.put("mode", state.mode().key());
        }
        root.put("reason", state.reason());
        ObjectNode ports = root.putObject("ports");
        state.ports().forEach((port, number) -> ports.put(port.key(), number));
        ObjectNode images = root.putObject("images");
        state.images().forEach((service, image) -> images.put(service.key(), image));
        ObjectNode programs = root.putObject("programs");
        state.programs().forEach((service, program) -> programs.put(service.key(), program));
        if (state.keeper() != null) {
            root.set("keeper", format(state.keeper()));
        }
        root.set("endpoints", format(state.endpoints()));
        return root.toPrettyString() + "\n";
    }

    static ObjectNode format(KeeperIdentity keeper) {
        return JSON.createObjectNode()
                .put("pid", keeper.pid())
                .put("started", keeper.started().toString());
    }

    static KeeperIdentity parseKeeper(String text) throws JsonProcessingException {
        return keeper(JSON.readTree(text));
    }

    private static ObjectNode format(Endpoints endpoints) {
        ObjectNode all = JSON.createObjectNode();
        PostgresEndpoint postgres = endpoints.postgres();
        if (postgres != null) {
            all.putObject(Service.POSTGRES.key())
                    .put("host", postgres.host())
                    .put("port", postgres.port())
                    .put("database", postgres.database())
                    .put("user", postgres.user())
                    .put("password", postgres.password());
        }
        ValkeyEndpoint valkey = endpoints.valkey();
        if (valkey != null) {
            all.putObject(Service.VALKEY.key())
                    .put("host", valkey.host())
                    .put("port", valkey.port())
                    .put("database", valkey.database());
        }
        S3Endpoint s3 = endpoints.s3();
        if (s3 != null) {
            all.putObject(Service.MINIO.key())
                    .put("uri", s3.uri().toString())
                    .put("region", s3.region())
                    .put("accessKey", s3.accessKey())
                    .put("secretKey", s3.secretKey())
                    .put("bucket", s3.bucket());
        }
        MailEndpoint mail = endpoints.mail();
        if (mail != null) {
            all.putObject(Service.MAILHOG.key())
                    .put("smtpHost", mail.smtpHost())
                    .put("smtpPort", mail.smtpPort())
                    .put("web", mail.web().toString());
        }
        return all;
    }

    static StackState parse(String text) throws JsonProcessingException {
        JsonNode root = JSON.readTree(text);
        if (root.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("its format is not " + FORMAT);
        }
        Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);
        root.path("ports")
                .properties()
                .forEach(port ->
                        ports.put(ServerPort.of(port.getKey()), port.getValue().asInt()));
        JsonNode mode = root.path("mode");
        JsonNode keeper = root.path("keeper");
        return new StackState(
                text(root, "name"),
                root.path("up").asBoolean(),
                mode.isMissingNode() ? null : Mode.of(mode.asText()),
                text(root, "reason"),
                ports,
                texts(root.path("images")),
                texts(root.path("programs")),
                keeper.isMissingNode() ? null : keeper(keeper),
                endpoints(root.path("endpoints")));
    }

    private static Map<Service, String> texts(JsonNode node) {
        Map<Service, String> texts = new EnumMap<>(Service.class);
        node.properties()
                .forEach(entry ->
                        texts.put(Service.of(entry.getKey()), entry.getValue().asText()));
        return texts;
    }

    private static KeeperIdentity keeper(JsonNode node) {
        return new KeeperIdentity(number(node, "pid"), Instant.parse(text(node, "started")));
    }

    private static Endpoints endpoints(JsonNode all) {
        JsonNode postgres = all.get(Service.POSTGRES.key());
        JsonNode valkey = all.get(Service.VALKEY.key());
        JsonNode s3 = all.get(Service.MINIO.key());
        JsonNode mail = all.get(Service.MAILHOG.key());
        return new Endpoints(
                postgres == null
                        ? null
                        : new PostgresEndpoint(
                                text(postgres, "host"),
                                (int) number(postgres, "port"),
                                text(postgres, "database"),
                                text(postgres, "user"),
                                text(postgres, "password")),
                valkey == null
                        ? null
                        : new ValkeyEndpoint(
                                text(valkey, "host"), (int) number(valkey, "port"), (int) number(valkey, "database")),
                s3 == null
                        ? null
                        : new S3Endpoint(
                                URI.create(text(s3, "uri")),
                                text(s3, "region"),
                                text(s3, "accessKey"),
                                text(s3, "secretKey"),
                                text(s3, "bucket")),
                mail == null
                        ? null
                        : new MailEndpoint(
                                text(mail, "smtpHost"), (int) number(mail, "smtpPort"), URI.create(text(mail, "web"))));
    }

    private static String text(JsonNode node, String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || !value.isTextual()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value.asText();
    }

    private static long number(JsonNode node, String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || !value.isIntegralNumber()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value.asLong();
    }
}
