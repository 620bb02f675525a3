package io.insightdesk.devenv.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.EngineProbe;
import io.insightdesk.devenv.servers.Images;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at this machine for the doctor. Changes nothing. */
final class DoctorLook {
    private static final String DEFAULT_CONTEXT = "default";

    private final Checkout checkout;
    private final Map<String, String> environment;

    DoctorLook(Checkout checkout, Map<String, String> environment) {
        this.checkout = checkout;
        this.environment = environment;
    }

    DoctorFacts look() {
        EngineProbe probe = EngineProbe.run(EngineProbe.DEFAULT_LIMIT);
        List<DoctorFacts.Disk> disks = new ArrayList<>();
        disks.add(disk("the directory", checkout.directory()));
        disks.add(disk("temporary files", Path.of(System.getProperty("java.io.tmpdir"))));
        DoctorFacts.Engine engine =
                probe.answering().map(found -> engine(found, disks)).orElse(null);
        Map<Service, String> images = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            images.put(service, Images.of(service));
        }
        return new DoctorFacts(
                Runtime.version().feature(),
                environment,
                probe,
                context(Path.of(System.getProperty("user.home"))),
                Files.exists(Path.of("/.dockerenv")),
                engine,
                images,
                onClassPath(postgresArchive()),
                valkey(),
                onClassPath("org/gaul/s3proxy/S3Proxy.class"),
                takenPorts(),
                disks);
    }

    private static DoctorFacts.Engine engine(EngineProbe.Attempt found, List<DoctorFacts.Disk> disks) {
        try {
            StackContainers containers = StackContainers.at(found.endpoint());
            Optional<Path> root = containers.dataRoot();
            if (root.isPresent() && "unix".equals(found.endpoint().getScheme()) && Files.isDirectory(root.get())) {
                disks.add(disk("the engine's directory", root.get()));
            }
            return new DoctorFacts.Engine(containers.images(), null);
        } catch (DockerException e) {
            return new DoctorFacts.Engine(
                    Set.of(),
                    String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip());
        }
    }

    private static DoctorFacts.Disk disk(String what, Path path) {
        try {
            return new DoctorFacts.Disk(
                    what, path.toString(), Files.getFileStore(path).getUsableSpace());
        } catch (IOException e) {
            throw CommandFailure.failed(
                    path + " cannot be looked at: " + e.getMessage() + ". Mend its rights, or make it.", e);
        }
    }

    private static DoctorFacts.Valkey valkey() {
        try {
            return new DoctorFacts.Valkey(ValkeyServer.describeProgram().orElse(null), null);
        } catch (DevEnvironmentException e) {
            return new DoctorFacts.Valkey(null, e.getMessage());
        }
    }

    private static boolean onClassPath(String resource) {
        return DoctorLook.class.getClassLoader().getResource(resource) != null;
    }

    private static String postgresArchive() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return "postgres-"
                + (os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : "linux")
                + (arch.equals("aarch64") || arch.equals("arm64") ? "-arm_64" : "-x86_64")
                + ".txz";
    }

    private Set<ServerPort> takenPorts() {
        Set<Integer> ours = StateFile.read(checkout.stateFile())
                .filter(StackState::up)
                .map(state -> Set.copyOf(state.ports().values()))
                .orElse(Set.of());
        Set<ServerPort> taken = EnumSet.noneOf(ServerPort.class);
        for (ServerPort port : ServerPort.values()) {
            if (!ours.contains(port.wellKnown()) && !Loopback.isFree(port.wellKnown())) {
                taken.add(port);
            }
        }
        return taken;
    }

    private DoctorFacts.@Nullable DockerContext context(Path home) {
        Path config = Path.of(environment.getOrDefault(
                "DOCKER_CONFIG", home.resolve(".docker").toString()));
        String name = environment.get("DOCKER_CONTEXT");
        if (name == null) {
            name = read(config.resolve("config.json")).path("currentContext").asText(DEFAULT_CONTEXT);
        }
        if (name.equals(DEFAULT_CONTEXT) || name.isEmpty()) {
            return null;
        }
        // The docker command keeps each context in a folder that is named by the hash of its name.
        JsonNode meta = read(
                config.resolve("contexts").resolve("meta").resolve(sha256(name)).resolve("meta.json"));
        String host = meta.path("Endpoints").path("docker").path("Host").asText("");
        return new DoctorFacts.DockerContext(name, host.isEmpty() ? null : host);
    }

    private static JsonNode read(Path file) {
        ObjectMapper json = new ObjectMapper();
        try {
            return json.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            return json.createObjectNode();
        } catch (JsonProcessingException e) {
            throw CommandFailure.failed(file + " is no JSON: " + e.getOriginalMessage() + ". Mend it.", e);
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be read: " + e.getMessage() + ". Mend its rights.", e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
