package io.insightdesk.devenv.command;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerPort;
import com.github.dockerjava.api.model.Frame;
import io.insightdesk.devenv.servers.EngineProbe;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/** The containers and volumes of stacks, found by their labels. The only class that talks to a container engine. */
final class StackContainers {
    private static final Logger LOG = LoggerFactory.getLogger(StackContainers.class);
    private static final String STACK_LABEL = "io.insightdesk.devenv.stack";
    private static final String SERVICE_LABEL = "io.insightdesk.devenv.service";

    private final DockerClient client;
    private final URI engine;

    private StackContainers(DockerClient client, URI engine) {
        this.client = client;
        this.engine = engine;
    }

    /**
     * A container of a stack.
     *
     * @param id the engine's name for it
     * @param service what runs in it
     * @param name its name
     * @param image what it was made from
     * @param running whether it runs
     * @param status the engine's words for how it is
     * @param ports the ports of this machine that lead to it
     */
    record Found(
            String id,
            Service service,
            String name,
            String image,
            boolean running,
            String status,
            Map<ServerPort, Integer> ports) {}

    /** Looks for an engine; empty if none answers within two seconds. */
    static Optional<StackContainers> find() {
        return EngineProbe.run(EngineProbe.DEFAULT_LIMIT)
                .answering()
                .map(EngineProbe.Attempt::endpoint)
                .map(StackContainers::at);
    }

    /** Talks to that engine. Not by Testcontainers' own client: that one starts a container to clean up. */
    static StackContainers at(URI engine) {
        return new StackContainers(
                DockerClientProviderStrategy.getClientForConfig(
                        TransportConfig.builder().dockerHost(engine).build()),
                engine);
    }

    /** Returns where the engine keeps its data, on its own machine. */
    Optional<Path> dataRoot() {
        return Optional.ofNullable(client.infoCmd().exec().getDockerRootDir()).map(Path::of);
    }

    /** Returns the name under which this machine reaches the ports of containers. */
    String host() {
        String host = engine.getHost();
        return host == null || engine.getScheme().equals("unix") ? "127.0.0.1" : host;
    }

    /** Returns the containers of the stack, whether they run or not, in the order of the services. */
    List<Found> of(String stack) {
        return client.listContainersCmd().withShowAll(true).withLabelFilter(Map.of(STACK_LABEL, stack)).exec().stream()
                .filter(container -> container.getLabels().containsKey(SERVICE_LABEL))
                .map(StackContainers::found)
                .sorted((one, other) -> one.service().compareTo(other.service()))
                .toList();
    }

    private static Found found(Container container) {
        Service service = Service.of(requireNonNull(container.getLabels().get(SERVICE_LABEL), SERVICE_LABEL));
        Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);
        for (ContainerPort published : container.getPorts()) {
            Integer outside = published.getPublicPort();
            for (ServerPort port : ServerPort.values()) {
                if (port.service() == service
                        && outside != null
                        && published.getPrivatePort() != null
                        && published.getPrivatePort() == port.wellKnown()) {
                    ports.put(port, outside);
                }
            }
        }
        String[] names = container.getNames();
        return new Found(
                container.getId(),
                service,
                names.length == 0 ? container.getId() : names[0].replaceFirst("^/", ""),
                container.getImage(),
                "running".equals(container.getState()),
                String.valueOf(container.getStatus()),
                ports);
    }

    /** Removes containers, running or not, with the data that belong to nothing else. */
    void remove(Collection<Found> containers) {
        for (Found container : containers) {
            try {
                // Ten seconds to write down what is in memory.
                if (container.running()) {
                    client.stopContainerCmd(container.id()).withTimeout(10).exec();
                }
                client.removeContainerCmd(container.id())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException e) {
                // Gone meanwhile, as it should be.
                LOG.debug("{} is gone", container.name(), e);
            }
        }
    }

    /** Removes the volumes of the stack, with all data; returns how many there were. */
    int removeVolumes(String stack) {
        // The engine's filter by label is not known to every version of it.
        List<InspectVolumeResponse> volumes = client.listVolumesCmd().exec().getVolumes();
        List<String> names = volumes == null
                ? List.of()
                : volumes.stream()
                        .filter(volume -> volume.getLabels() != null
                                && stack.equals(volume.getLabels().get(STACK_LABEL)))
                        .map(InspectVolumeResponse::getName)
                        .toList();
        names.forEach(name -> client.removeVolumeCmd(name).exec());
        return names.size();
    }

    /** Hands the container's log to {@code listener} line by line, and with {@code follow} until it ends. */
    void logs(Found container, int tail, boolean follow, Consumer<String> listener) throws InterruptedException {
        StringBuilder rest = new StringBuilder();
        client.logContainerCmd(container.id())
                .withStdOut(true)
                .withStdErr(true)
                .withTail(tail)
                .withFollowStream(follow)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        rest.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                        int end;
                        while ((end = rest.indexOf("\n")) >= 0) {
                            listener.accept(rest.substring(0, end).stripTrailing());
                            rest.delete(0, end + 1);
                        }
                    }
                })
                .awaitCompletion();
        if (!rest.isEmpty()) {
            listener.accept(rest.toString());
        }
    }

    /** Returns the names of all images that are on the engine's machine. */
    Set<String> images() {
        Set<String> names = new HashSet<>();
        client.listImagesCmd().exec().forEach(image -> {
            if (image.getRepoTags() != null) {
                names.addAll(List.of(image.getRepoTags()));
            }
        });
        return names;
    }
}
