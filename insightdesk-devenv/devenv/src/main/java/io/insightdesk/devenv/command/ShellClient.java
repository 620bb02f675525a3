package io.insightdesk.devenv.command;

import static java.util.Objects.requireNonNull;

import io.insightdesk.devenv.servers.Endpoints;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Knows which client talks to which server, and how it is told where. */
final class ShellClient {
    private static final String MC_HOST = "MC_HOST_insightdesk";
    private static final String MC = "mc (https://min.io/docs/minio/linux/reference/minio-mc.html)";

    /** Not every image of an S3 server has the client. The exit code is that of a shell that finds no such program. */
    private static final String MC_OR_COMPLAINT =
            "command -v mc >/dev/null && exec mc \"$@\"; echo 'desk: The image of this"
                    + " container has no mc. Install " + MC
                    + " on this machine, or choose an image that has it: desk up --image"
                    + " minio=…' >&2; exit 127";

    private final Predicate<String> onPath;
    private final @Nullable String container;
    private final boolean terminal;

    /**
     * Knows what there is.
     *
     * @param onPath whether a program can be started by its name
     * @param container the name of the server's container; null if it has none
     * @param terminal whether a person types and reads
     */
    ShellClient(Predicate<String> onPath, @Nullable String container, boolean terminal) {
        this.onPath = onPath;
        this.container = container;
        this.terminal = terminal;
    }

    /**
     * What is to be run.
     *
     * @param command the program and its arguments, in which nothing is secret
     * @param environment what it gets besides, in which the secrets are
     * @param hint what helps a person who has it before them; null for nothing
     */
    record Call(
            List<String> command,
            Map<String, String> environment,
            @Nullable String hint) {
        Call {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    Call call(Service service, Endpoints endpoints, List<String> arguments) {
        return switch (service) {
            case POSTGRES -> postgres(requireNonNull(endpoints.postgres(), "postgres"), arguments);
            case VALKEY -> valkey(requireNonNull(endpoints.valkey(), "valkey"), arguments);
            case MINIO -> minio(requireNonNull(endpoints.s3(), "s3"), arguments);
            case MAILHOG -> mailhog(arguments);
        };
    }

    private Call postgres(PostgresEndpoint endpoint, List<String> arguments) {
        if (onPath.test("psql")) {
            Map<String, String> environment = new LinkedHashMap<>();
            environment.put("PGHOST", endpoint.host());
            environment.put("PGPORT", Integer.toString(endpoint.port()));
            environment.put("PGDATABASE", endpoint.database());
            environment.put("PGUSER", endpoint.user());
            environment.put("PGPASSWORD", endpoint.password());
            return new Call(joined(List.of("psql"), arguments), environment, null);
        }
        return inContainer(
                Map.of(),
                joined(List.of("psql", "-U", endpoint.user(), "-d", endpoint.database()), arguments),
                null,
                "psql (package postgresql-client)");
    }

    private Call valkey(ValkeyEndpoint endpoint, List<String> arguments) {
        Optional<String> program =
                Stream.of("valkey-cli", "redis-cli").filter(onPath).findFirst();
        if (program.isPresent()) {
            List<String> command = List.of(
                    program.get(),
                    "-h",
                    endpoint.host(),
                    "-p",
                    Integer.toString(endpoint.port()),
                    "-n",
                    Integer.toString(endpoint.database()));
            return new Call(joined(command, arguments), Map.of(), null);
        }
        return inContainer(
                Map.of(),
                joined(List.of("valkey-cli", "-n", Integer.toString(endpoint.database())), arguments),
                null,
                "valkey-cli or redis-cli (package valkey-tools or redis-tools)");
    }

    private Call minio(S3Endpoint endpoint, List<String> arguments) {
        String hint = "mc ls insightdesk/" + endpoint.bucket() + " lists the bucket";
        String key = endpoint.accessKey() + ":" + endpoint.secretKey() + "@";
        if (onPath.test("mc")) {
            // mc has no prompt of its own.
            List<String> command = arguments.isEmpty() ? List.of("sh") : joined(List.of("mc"), arguments);
            Map<String, String> environment = Map.of(
                    MC_HOST,
                    endpoint.uri().getScheme() + "://" + key + endpoint.uri().getRawAuthority());
            return new Call(command, environment, hint);
        }
        return inContainer(
                Map.of(MC_HOST, "http://" + key + "127.0.0.1:9000"),
                arguments.isEmpty() ? List.of("sh") : joined(List.of("sh", "-c", MC_OR_COMPLAINT, "mc"), arguments),
                hint,
                MC);
    }

    private Call mailhog(List<String> arguments) {
        if (container == null) {
            throw CommandFailure.wrong(
                    "The embedded mail catcher has no shell. Its page shows what it caught: desk status.");
        }
        return inContainer(Map.of(), arguments.isEmpty() ? List.of("sh") : arguments, null, "docker");
    }

    private Call inContainer(
            Map<String, String> environment, List<String> command, @Nullable String hint, String toInstall) {
        if (container == null || !onPath.test("docker")) {
            throw CommandFailure.failed("There is no client on the PATH"
                    + (container == null ? "" : ", and no docker command to use the one in the container")
                    + ". Install "
                    + toInstall + (container == null ? "." : " or the docker command."));
        }
        List<String> all = new ArrayList<>(List.of("docker", "exec", terminal ? "-it" : "-i"));
        // Docker takes the value from its own environment, so that no secret is on a command line.
        environment.keySet().forEach(name -> all.addAll(List.of("-e", name)));
        all.add(container);
        all.addAll(command);
        return new Call(all, environment, hint);
    }

    private static List<String> joined(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
