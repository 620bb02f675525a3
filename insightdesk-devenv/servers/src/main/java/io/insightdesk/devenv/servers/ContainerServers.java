package io.insightdesk.devenv.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;
import org.testcontainers.utility.TestcontainersConfiguration;

/**
 * The servers in containers, by Testcontainers. Those of a stack have names, and outlive this process as containers to be
 * reused; the others go with it.
 */
final class ContainerServers implements Servers {
    static final String STACK_LABEL = "io.insightdesk.devenv.stack";
    static final String SERVICE_LABEL = "io.insightdesk.devenv.service";
    private static final String DESCRIPTION_LABEL = "io.insightdesk.devenv.description";

    /** What Testcontainers starts beside the first container, to remove them all when this process dies. */
    static final String RYUK = "testcontainers/ryuk:0.14.0";

    /** What Testcontainers finds its way out of a container with. */
    static final String TINY = "alpine:3.17";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 50;
    private static final int LOG_TAIL = 1500;

    private final Plan plan;
    private final URI engine;
    private final DockerClient client;

    ContainerServers(Plan plan, URI engine) {
        this.plan = plan;
        this.engine = engine;
        this.client = client(engine);
    }

    /** Not Testcontainers' own client, which starts Ryuk, whose image may be missing. */
    private static DockerClient client(URI engine) {
        return DockerClientProviderStrategy.getClientForConfig(
                TransportConfig.builder().dockerHost(engine).build());
    }

    /**
     * Says why Testcontainers would hang here, if it would: within a container it asks another container for the address
     * of the engine's host, and waits minutes for that one's image.
     */
    static @Nullable String obstacle(URI engine) {
        boolean told = System.getenv("TESTCONTAINERS_HOST_OVERRIDE") != null
                || TestcontainersConfiguration.getInstance().getUserProperty("host.override", null) != null;
        if (told || !new File("/.dockerenv").exists()) {
            return null;
        }
        boolean here = client(engine).listImagesCmd().exec().stream()
                .anyMatch(image -> image.getRepoTags() != null
                        && List.of(image.getRepoTags()).contains(TINY));
        return here
                ? null
                : "this is a container itself (/.dockerenv), and Testcontainers needs the image " + TINY
                        + " to find its host; set TESTCONTAINERS_HOST_OVERRIDE to the host's address (127.0.0.1 if the"
                        + " engine runs right here)";
    }

    @Override
    public void prepare() {
        ContainerImages images = new ContainerImages(client, plan.progress());
        plan.services().stream()
                .filter(service -> service != Service.MINIO || plan.externalS3() == null)
                .forEach(service -> images.require(
                        image(service),
                        "Another image: DevEnvironment.Builder.image, --image " + service.key() + "=… or "
                                + Images.variable(service) + "=…."));
        String obstacle = obstacle(engine);
        if (obstacle != null) {
            throw new DevEnvironmentException("Containers cannot be started from here: " + obstacle + ".");
        }
        ContainerOwner.removeLeftovers(client);
        boolean ryuk = !Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"));
        if (ryuk && plan.stack() == null) {
            images.require(
                    RYUK,
                    "Testcontainers uses it to remove containers when this process is killed; without it set"
                            + " TESTCONTAINERS_RYUK_DISABLED=true.");
        }
        if (plan.stack() != null && !TestcontainersConfiguration.getInstance().environmentSupportsReuse()) {
            throw new DevEnvironmentException(
                    "Containers can only outlive this process if Testcontainers may reuse them:"
                            + " set TESTCONTAINERS_REUSE_ENABLE=true.");
        }
    }

    private String image(Service service) {
        String image = plan.images().get(service);
        return image == null ? Images.of(service) : image;
    }

    @Override
    public Started<PostgresEndpoint> postgres() {
        Running running =
                start(Service.POSTGRES, container -> Health.ofPostgres(postgresEndpoint(container), REQUEST_LIMIT));
        return new Started<>(postgresEndpoint(running.container()), running);
    }

    private static PostgresEndpoint postgresEndpoint(GenericContainer<?> container) {
        return new PostgresEndpoint(
                host(container),
                container.getMappedPort(ServerPort.POSTGRES.wellKnown()),
                ServerDescription.DATABASE,
                ServerDescription.USER,
                ServerDescription.PASSWORD);
    }

    @Override
    public Started<ValkeyEndpoint> valkey() {
        Running running = start(Service.VALKEY, container -> Health.ofValkey(valkeyEndpoint(container), REQUEST_LIMIT));
        return new Started<>(valkeyEndpoint(running.container()), running);
    }

    private static ValkeyEndpoint valkeyEndpoint(GenericContainer<?> container) {
        return new ValkeyEndpoint(host(container), container.getMappedPort(ServerPort.VALKEY.wellKnown()), 0);
    }

    @Override
    public Started<S3Endpoint> s3() {
        Running running = start(Service.MINIO, container -> bucket(s3Endpoint(container)));
        return new Started<>(s3Endpoint(running.container()), running);
    }

    private static Health bucket(S3Endpoint endpoint) {
        Health health = Health.ofS3(endpoint, REQUEST_LIMIT);
        if (health.healthy()) {
            return health;
        }
        try {
            S3Buckets.create(endpoint);
            return Health.ofS3(endpoint, REQUEST_LIMIT);
        } catch (DevEnvironmentException e) {
            return new Health(Service.MINIO, false, String.valueOf(e.getMessage()), health.took());
        }
    }

    private static S3Endpoint s3Endpoint(GenericContainer<?> container) {
        return new S3Endpoint(
                URI.create("http://" + host(container) + ":" + container.getMappedPort(ServerPort.MINIO.wellKnown())),
                ServerDescription.S3_REGION,
                ServerDescription.S3_ACCESS_KEY,
                ServerDescription.S3_SECRET_KEY,
                ServerDescription.BUCKET);
    }

    @Override
    public Started<MailEndpoint> mail() {
        Running running = start(Service.MAILHOG, container -> Health.ofMail(mailEndpoint(container), REQUEST_LIMIT));
        return new Started<>(mailEndpoint(running.container()), running);
    }

    private static MailEndpoint mailEndpoint(GenericContainer<?> container) {
        String host = host(container);
        return new MailEndpoint(
                host,
                container.getMappedPort(ServerPort.MAILHOG_SMTP.wellKnown()),
                URI.create(
                        "http://" + host + ":" + container.getMappedPort(ServerPort.MAILHOG_HTTP.wellKnown()) + "/"));
    }

    /** The ports are published on 127.0.0.1, and localhost may mean ::1 first. */
    private static String host(GenericContainer<?> container) {
        String host = container.getHost();
        return host.equals("localhost") ? "127.0.0.1" : host;
    }

    /** Asks the server within a container whether it is ready. */
    private interface Check {
        Health of(GenericContainer<?> container);
    }

    /** A container that runs. Closing it removes it, unless it belongs to a stack. */
    private record Running(GenericContainer<?> container, boolean stays) implements AutoCloseable {
        @Override
        public void close() {
            if (!stays) {
                container.stop();
            }
        }
    }

    private Running start(Service service, Check check) {
        ServerDescription description = ServerDescription.of(service, image(service), plan.kept());
        String stack = plan.stack();
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(SERVICE_LABEL, service.key());
        if (stack != null) {
            labels.put(STACK_LABEL, stack);
            labels.put(DESCRIPTION_LABEL, hash(description));
            removeOthers(service, labels);
        } else {
            labels.put(ContainerOwner.LABEL, ContainerOwner.ofThisProcess());
        }
        GenericContainer<?> container = new GenericContainer<>(description.image())
                .withEnv(description.environment())
                .withLabels(labels)
                .withReuse(stack != null)
                .withExposedPorts(
                        description.ports().stream().map(ServerPort::wellKnown).toArray(Integer[]::new));
        if (!description.command().isEmpty()) {
            container.withCommand(description.command().toArray(String[]::new));
        }
        boolean local = isLocal(DockerClientFactory.instance().dockerHostIpAddress());
        container.withCreateContainerCmdModifier(command -> {
            if (stack != null) {
                command.withName(stack + "-" + service.key());
            }
            publish(command, description, local);
            mount(command, description, labels);
        });
        container.waitingFor(new Answers(() -> check.of(container)).withStartupTimeout(START_LIMIT));
        plan.progress().accept("Starting " + description.image());
        try {
            container.start();
            return new Running(container, stack != null);
        } catch (RuntimeException e) {
            String log = container.getContainerId() == null ? "" : tail(container.getLogs());
            container.stop();
            throw ContainerFailures.explain(description, plan, e, log);
        }
    }

    private String hash(ServerDescription description) {
        StringBuilder all = new StringBuilder(description.toString());
        description.ports().forEach(port -> all.append(port).append(plan.port(port)));
        return Integer.toHexString(all.toString().hashCode());
    }

    /** A stopped container of the stack would keep its name, and one that was described otherwise would be used as it is. */
    private void removeOthers(Service service, Map<String, String> labels) {
        Map<String, String> filter = new LinkedHashMap<>(labels);
        filter.remove(DESCRIPTION_LABEL);
        for (Container found : client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(filter)
                .exec()) {
            boolean same = Objects.equals(
                    labels.get(DESCRIPTION_LABEL), found.getLabels().get(DESCRIPTION_LABEL));
            if (!same || !"running".equals(found.getState())) {
                plan.progress()
                        .accept(service.key() + ": a container that "
                                + (same ? "does not run" : "was made with other settings")
                                + " is replaced; its data stay");
                client.removeContainerCmd(found.getId()).withForce(true).exec();
            }
        }
    }

    private void publish(CreateContainerCmd command, ServerDescription description, boolean local) {
        List<PortBinding> bindings = description.ports().stream()
                .map(port -> {
                    int number = plan.port(port);
                    String on = local ? "127.0.0.1" : null;
                    return new PortBinding(
                            new Ports.Binding(on, number == 0 ? null : Integer.toString(number)),
                            ExposedPort.tcp(port.wellKnown()));
                })
                .toList();
        hostConfig(command).withPortBindings(bindings);
    }

    private void mount(CreateContainerCmd command, ServerDescription description, Map<String, String> labels) {
        String data = description.data();
        String name = volumeName(description.service());
        if (data == null) {
            return;
        }
        if (name == null) {
            if (description.service() == Service.POSTGRES && memoryHasRoom()) {
                hostConfig(command).withTmpFs(Map.of(data, "rw"));
            }
            return;
        }
        client.createVolumeCmd()
                .withName(name)
                .withLabels(withoutDescription(labels))
                .exec();
        hostConfig(command).withBinds(new Bind(name, new Volume(data)));
    }

    /** A file system in memory takes up to half of it. */
    private boolean memoryHasRoom() {
        if (!MemoryData.isAllowed(Overrides.ofThisProcess())) {
            return false;
        }
        Long total = client.infoCmd().exec().getMemTotal();
        return total != null && total / 2 >= MemoryData.ROOM;
    }

    private static Map<String, String> withoutDescription(Map<String, String> labels) {
        Map<String, String> kept = new LinkedHashMap<>(labels);
        kept.remove(DESCRIPTION_LABEL);
        return kept;
    }

    private @Nullable String volumeName(Service service) {
        if (!plan.kept()) {
            return null;
        }
        String stack = plan.stack();
        return (stack != null
                        ? stack
                        : "insightdesk-"
                                + Integer.toHexString(
                                        String.valueOf(plan.data()).hashCode())) + "-" + service.key();
    }

    private static HostConfig hostConfig(CreateContainerCmd command) {
        HostConfig config = command.getHostConfig();
        if (config == null) {
            throw new IllegalStateException("Testcontainers gives every container a host configuration");
        }
        return config;
    }

    private static boolean isLocal(String host) {
        return host.equals("localhost") || host.startsWith("127.");
    }

    private static String tail(String log) {
        return log.substring(Math.max(0, log.length() - LOG_TAIL)).strip();
    }

    /** Waits until the server does its work; that its port is open says nothing, for the engine itself opens it. */
    private static final class Answers extends AbstractWaitStrategy {
        private final Supplier<Health> check;

        Answers(Supplier<Health> check) {
            this.check = check;
        }

        @Override
        protected void waitUntilReady() {
            long end = System.nanoTime() + startupTimeout.toNanos();
            Health health = check.get();
            while (!health.healthy()) {
                if (System.nanoTime() > end) {
                    throw new DevEnvironmentException(
                            "It was not ready after " + startupTimeout.toSeconds() + " s: " + health.detail());
                }
                if (!waitStrategyTarget.isRunning()) {
                    throw new DevEnvironmentException("The container ended.");
                }
                io.insightdesk.devenv.servers.Ports.pause(POLL_MILLIS);
                health = check.get();
            }
        }
    }
}
