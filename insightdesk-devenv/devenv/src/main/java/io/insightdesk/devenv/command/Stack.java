package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Endpoints;
import io.insightdesk.devenv.servers.Health;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers of one checkout: how they are, and how they are started and ended. */
final class Stack {
    /** How long a server of this machine may take to answer. */
    static final Duration HEALTH_LIMIT = Duration.ofSeconds(2);

    private static final Duration LOCK_LIMIT = Duration.ofMinutes(5);

    private final Checkout checkout;
    private final Console console;
    private final Map<String, String> environment;

    Stack(Checkout checkout, Console console, Map<String, String> environment) {
        this.checkout = checkout;
        this.console = console;
        this.environment = environment;
    }

    Checkout checkout() {
        return checkout;
    }

    /**
     * A server that is up or should be.
     *
     * @param service which
     * @param state whether it is there
     * @param health what it answered; null if there was nobody to ask
     * @param detail what it answered, or what is wrong and what to do
     * @param address where it is
     * @param program what it is
     */
    record ServiceStatus(
            Service service, State state, @Nullable Health health, String detail, String address, String program) {
        boolean healthy() {
            return health != null && health.healthy();
        }
    }

    /** Whether a server is there. */
    enum State {
        RUNNING,
        STOPPED,
        MISSING
    }

    /** Returns what is known about the stack, from its file or, if that is lost, from its containers; empty if it is not up. */
    Optional<StackState> find() {
        Optional<StackState> remembered = StateFile.read(checkout.stateFile());
        if (remembered.isPresent()) {
            return remembered.filter(StackState::up);
        }
        return StackContainers.find().flatMap(this::rebuild);
    }

    private Optional<StackState> rebuild(StackContainers engine) {
        List<StackContainers.Found> containers = engine.of(checkout.stack());
        if (containers.isEmpty()) {
            return Optional.empty();
        }
        Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);
        Map<Service, String> programs = new EnumMap<>(Service.class);
        containers.forEach(container -> {
            ports.putAll(container.ports());
            programs.put(container.service(), container.image());
        });
        return Optional.of(new StackState(
                checkout.stack(),
                true,
                Mode.DOCKER,
                "containers, found again by their labels",
                ports,
                Map.of(),
                programs,
                null,
                EndpointPorts.endpoints(engine.host(), ports)));
    }

    /** Returns the stack, or fails with what to do. */
    StackState require() {
        return find().orElseThrow(() ->
                CommandFailure.failed("No servers are up for " + checkout.directory() + ". «desk up» starts them."));
    }

    /** Asks every server of a stack that is up; what does not answer is looked at more closely. */
    List<ServiceStatus> status(StackState state) {
        Map<Service, Health> answers = new EnumMap<>(Service.class);
        Health.of(state.endpoints(), HEALTH_LIMIT).forEach(health -> answers.put(health.service(), health));
        boolean allHealthy = answers.values().stream().allMatch(Health::healthy)
                && answers.keySet().containsAll(state.programs().keySet());
        Map<Service, StackContainers.Found> containers = new EnumMap<>(Service.class);
        boolean engine = true;
        if (!allHealthy && state.mode() == Mode.DOCKER) {
            Optional<StackContainers> found = StackContainers.find();
            engine = found.isPresent();
            found.ifPresent(client ->
                    client.of(checkout.stack()).forEach(container -> containers.put(container.service(), container)));
        }
        boolean keeper = state.mode() != Mode.EMBEDDED || new KeeperProcess(checkout).isAlive();
        boolean answering = engine;
        return state.programs().keySet().stream()
                .map(service -> {
                    Health health = answers.get(service);
                    State now;
                    String detail;
                    if (health != null && health.healthy()) {
                        now = State.RUNNING;
                        detail = health.detail();
                    } else if (state.mode() == Mode.DOCKER) {
                        StackContainers.Found container = containers.get(service);
                        now = container == null ? State.MISSING : container.running() ? State.RUNNING : State.STOPPED;
                        detail = explain(answering, container, health);
                    } else {
                        now = keeper ? State.RUNNING : State.STOPPED;
                        detail = keeper
                                ? "does not answer: " + (health == null ? "" : health.detail())
                                        + "; «desk up» starts it anew"
                                : "the process that ran it is gone; «desk up» brings it back";
                    }
                    return new ServiceStatus(
                            service,
                            now,
                            health,
                            detail,
                            EndpointPorts.address(state.endpoints(), service),
                            Objects.requireNonNullElse(state.programs().get(service), ""));
                })
                .toList();
    }

    private static String explain(boolean engine, StackContainers.@Nullable Found container, @Nullable Health health) {
        if (!engine) {
            return "the container engine does not answer; start it, «desk doctor» looks closer";
        }
        if (container == null) {
            return "its container was removed; «desk up» brings it back";
        }
        if (!container.running()) {
            return "its container is not running (" + container.status() + "); «desk up» brings it back";
        }
        return "does not answer: " + (health == null ? container.status() : health.detail());
    }

    /** Keeps other commands from changing the stack until it is closed. */
    StackLock lock() {
        return StackLock.acquire(checkout.lockFile(), LOCK_LIMIT, console::note);
    }

    /** Returns whether the stack was already up, well, and as asked for; otherwise it is started. */
    boolean up(StartRequest request, Consumer<String> progress) {
        try (StackLock lock = lock()) {
            Objects.requireNonNull(lock);
            KeeperProcess keeper = new KeeperProcess(checkout);
            KeeperLauncher launcher = new KeeperLauncher(checkout);
            StartRequest complete = request;
            Optional<StackState> now = StateFile.read(checkout.stateFile()).filter(StackState::up);
            if (now.isEmpty() && keeper.isAlive()) {
                progress.accept("An earlier command is starting the servers");
                launcher.attach(progress);
                now = StateFile.read(checkout.stateFile()).filter(StackState::up);
            }
            if (now.isPresent()) {
                request.conflictWith(now.get()).ifPresent(conflict -> {
                    throw CommandFailure.wrong("The stack is up, but " + conflict
                            + ". End it first, its data stay: desk down, then the same command again.");
                });
                if (isWell(now.get(), keeper)) {
                    return true;
                }
                complete = request.withDefaultsOf(now.get());
            }
            keeper.stop();
            launcher.launch(complete, environment, progress);
            return false;
        }
    }

    private static boolean isWell(StackState state, KeeperProcess keeper) {
        List<Health> answers = Health.of(state.endpoints(), HEALTH_LIMIT);
        boolean complete = answers.size() == state.programs().size();
        return complete
                && answers.stream().allMatch(Health::healthy)
                && (state.mode() != Mode.EMBEDDED || keeper.isAlive());
    }

    /**
     * Ends the stack.
     *
     * @param data whether its data go, too
     * @return whether there was anything to end or delete
     */
    boolean down(boolean data) {
        Path inner = checkout.folder();
        boolean had = Files.exists(inner);
        boolean ended;
        try (StackLock lock = lock()) {
            Objects.requireNonNull(lock);
            Optional<StackState> state = StateFile.read(checkout.stateFile());
            // First those that use the others.
            ended = new DeskServers(checkout).stop(console::progress);
            ended |= new KeeperProcess(checkout).stop();
            // What only ever ran embedded has no containers; nor has a stack that is down already.
            boolean containers = state.isEmpty() || state.get().mode() == Mode.DOCKER || data;
            if (containers) {
                ended |= removeContainers(state, data);
            }
            ended |= state.isPresent() && state.get().up();
            Files.deleteIfExists(checkout.envFile());
            Files.deleteIfExists(checkout.keeperFile());
            Files.deleteIfExists(checkout.reportFile());
            state.ifPresent(was -> StateFile.write(checkout.stateFile(), was.ended()));
            if (data) {
                ended |= Files.exists(checkout.data());
                AtomicFiles.deleteTree(inner);
            } else if (!had) {
                AtomicFiles.deleteTree(inner);
            }
            deleteIfEmpty(inner.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Not all of " + inner + " could be deleted: " + e.getMessage() + ". Delete it by hand.", e);
        }
        return ended;
    }

    private static void deleteIfEmpty(@Nullable Path folder) throws IOException {
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        boolean empty;
        try (Stream<Path> entries = Files.list(folder)) {
            empty = entries.findAny().isEmpty();
        }
        if (empty) {
            Files.delete(folder);
        }
    }

    private boolean removeContainers(Optional<StackState> state, boolean data) {
        Optional<StackContainers> engine = StackContainers.find();
        if (engine.isEmpty()) {
            boolean needed = state.isPresent()
                    && state.get().mode() == Mode.DOCKER
                    && (state.get().up() || data);
            if (needed) {
                throw CommandFailure.failed(
                        "The container engine does not answer, so the containers and volumes of " + checkout.stack()
                                + " cannot be removed. Start the engine («desk doctor» looks closer), then try again.");
            }
            return false;
        }
        List<StackContainers.Found> containers = engine.get().of(checkout.stack());
        containers.forEach(container -> console.progress("Removing " + container.name()));
        engine.get().remove(containers);
        int volumes = data ? engine.get().removeVolumes(checkout.stack()) : 0;
        return !containers.isEmpty() || volumes > 0;
    }

    /** Returns the addresses of a stack that is up. */
    Endpoints endpoints() {
        return require().endpoints();
    }
}
