package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.DevEnvironment;
import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.Images;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.PortTakenException;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a stack apart from the command that asked for it. It ends when containers run, for they need nobody; embedded
 * servers live in it, and end with it.
 */
final class Keeper {
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(10);
    private static final int MAX_TRIES = 10;

    /** Not static: it must not be made before {@link #main} has said where the log goes. */
    private final Logger log = LoggerFactory.getLogger(Keeper.class);

    private final Checkout checkout;
    private final StartRequest request;
    private final KeeperReport report;

    private Keeper(Checkout checkout, StartRequest request) {
        this.checkout = checkout;
        this.request = request;
        this.report = new KeeperReport(checkout.reportFile());
    }

    /**
     * Runs in a process of its own, started by {@link KeeperLauncher}.
     *
     * @param arguments the directory, then those of a {@link StartRequest}
     */
    public static void main(String[] arguments) {
        Logging.ofKeeper();
        List<String> all = Arrays.asList(arguments);
        Keeper keeper = new Keeper(Checkout.of(Path.of(all.get(0))), StartRequest.parse(all.subList(1, all.size())));
        System.exit(keeper.run());
    }

    private int run() {
        try (StackLock lock = StackLock.acquire(checkout.keeperLockFile(), LOCK_LIMIT, log::info)) {
            log.debug("Keeping {} with {}", checkout.stack(), lock);
            try {
                AtomicFiles.write(
                        checkout.keeperFile(),
                        StateFile.format(KeeperIdentity.ofThisProcess()).toString());
                keep();
                return ExitCode.OK;
            } catch (PortTakenException | IllegalArgumentException e) {
                return failed(ExitCode.WRONG, e);
            } catch (DevEnvironmentException | CommandFailure e) {
                return failed(ExitCode.FAILED, e);
            } catch (IOException | RuntimeException e) {
                log.error("Not started", e);
                report.failed(
                        ExitCode.FAILED,
                        "The servers did not start: " + e + ". " + checkout.keeperLog()
                                + " says more; «desk doctor» looks closer.");
                return ExitCode.FAILED;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ExitCode.FAILED;
            }
        }
    }

    private int failed(int exitCode, RuntimeException e) {
        log.warn("Not started", e);
        report.failed(exitCode, String.valueOf(e.getMessage()));
        return exitCode;
    }

    private void keep() throws IOException, InterruptedException {
        Optional<StackContainers> engine = request.mode() == Mode.EMBEDDED ? Optional.empty() : StackContainers.find();
        List<StackContainers.Found> before =
                engine.map(containers -> containers.of(checkout.stack())).orElse(List.of());
        // Where there are containers of the stack, whatever else is preferred now: they have its data and its ports.
        Mode mode = request.mode() == Mode.AUTO && !before.isEmpty() ? Mode.DOCKER : request.mode();
        DevEnvironment environment;
        Map<ServerPort, Integer> ports = ports(before, Set.of());
        try {
            environment = start(mode, before, ports);
        } catch (RuntimeException e) {
            engine.ifPresent(containers -> removeNew(containers, before));
            throw e;
        }
        boolean embedded = environment.mode() == Mode.EMBEDDED;
        StackState state = new StackState(
                checkout.stack(),
                true,
                environment.mode(),
                environment.reason(),
                listening(environment, ports),
                request.images(),
                embedded ? programs(environment) : images(environment),
                embedded ? KeeperIdentity.ofThisProcess() : null,
                environment.endpoints());
        StateFile.write(checkout.stateFile(), state);
        EnvFile.write(checkout.envFile(), environment.environment());
        report.ready();
        if (embedded) {
            log.info("Running until «desk down»");
            // The environment closes itself when this process is told to end.
            new CountDownLatch(1).await();
        }
        log.info("The containers run by themselves");
    }

    /** Starts the environment; where somebody takes a port between our choice and our use of it, with another one. */
    private DevEnvironment start(Mode mode, List<StackContainers.Found> before, Map<ServerPort, Integer> ports) {
        Set<Integer> taken = new HashSet<>();
        for (int tries = 1; ; tries++) {
            try {
                return builder(mode, ports).start();
            } catch (PortTakenException e) {
                boolean ours = !asked().containsValue(e.port()) && ports.containsValue(e.port());
                if (!ours || tries == MAX_TRIES) {
                    throw e;
                }
                log.info("Port {} was taken meanwhile", e.port());
                taken.add(e.port());
                ports.clear();
                ports.putAll(ports(before, taken));
            }
        }
    }

    private DevEnvironment.Builder builder(Mode mode, Map<ServerPort, Integer> ports) {
        DevEnvironment.Builder builder = DevEnvironment.builder()
                .mode(mode)
                .stack(checkout.stack())
                .keepData(checkout.data())
                .progress(report::progress);
        request.servicesOrAll().forEach(builder::with);
        request.images().forEach(builder::image);
        ports.forEach(builder::port);
        return builder;
    }

    private Map<ServerPort, Integer> ports(List<StackContainers.Found> before, Set<Integer> taken) {
        Map<ServerPort, Integer> remembered = new EnumMap<>(ServerPort.class);
        StateFile.read(checkout.stateFile()).ifPresent(state -> remembered.putAll(state.ports()));
        Set<ServerPort> held = EnumSet.noneOf(ServerPort.class);
        before.stream().filter(StackContainers.Found::running).forEach(container -> {
            remembered.putAll(container.ports());
            held.addAll(container.ports().keySet());
        });
        Map<ServerPort, Integer> chosen = new PortChoice(
                        asked(), remembered, held, port -> !taken.contains(port) && Loopback.isFree(port))
                .choose(request.servicesOrAll());
        // Not left to the engine: a container is found again by its ports, too, and next time they are known numbers.
        chosen.replaceAll((port, number) -> number == 0 ? Loopback.anyFree() : number);
        chosen.forEach((port, number) -> {
            Integer was = remembered.get(port);
            if (was != null && !was.equals(number) && !asked().containsKey(port)) {
                report.progress(port.key() + " moves from port " + was + " to " + number + ": " + was + " is taken");
            }
        });
        return chosen;
    }

    /** The ports that may not be changed: those of the command, then those of the environment. */
    private Map<ServerPort, Integer> asked() {
        return AskedPorts.of(request.ports(), System.getProperties()::getProperty, System.getenv()::get);
    }

    /** Returns the ports that there are in the end. */
    private static Map<ServerPort, Integer> listening(DevEnvironment environment, Map<ServerPort, Integer> ports) {
        Map<ServerPort, Integer> all = new EnumMap<>(ServerPort.class);
        all.putAll(ports);
        if (environment.mode() == Mode.EMBEDDED) {
            // The embedded S3 server has no page.
            all.remove(ServerPort.MINIO_CONSOLE);
        }
        all.putAll(EndpointPorts.of(environment.endpoints()));
        return all;
    }

    private Map<Service, String> images(DevEnvironment environment) {
        Map<Service, String> images = new EnumMap<>(Service.class);
        environment
                .services()
                .forEach(service -> images.put(
                        service,
                        Optional.ofNullable(request.images().get(service)).orElseGet(() -> Images.of(service))));
        return images;
    }

    private static Map<Service, String> programs(DevEnvironment environment) {
        Map<Service, String> programs = new EnumMap<>(Service.class);
        environment
                .services()
                .forEach(service -> programs.put(
                        service,
                        switch (service) {
                            case POSTGRES -> "PostgreSQL " + PostgresServer.MAJOR_VERSION + " from a jar";
                            case VALKEY -> ValkeyServer.describeProgram().orElse("Valkey");
                            case MINIO -> "S3Proxy";
                            case MAILHOG -> "InsightDesk's mail catcher";
                        }));
        return programs;
    }

    private void removeNew(StackContainers containers, List<StackContainers.Found> before) {
        Set<String> known = new HashSet<>();
        before.forEach(container -> known.add(container.id()));
        containers.remove(containers.of(checkout.stack()).stream()
                .filter(container -> !known.contains(container.id()))
                .toList());
    }
}
