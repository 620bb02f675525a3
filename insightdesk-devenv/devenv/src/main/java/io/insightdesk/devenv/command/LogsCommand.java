package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.Service;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what the servers log. */
@Command(
        name = "logs",
        header = "Prints what the servers log.",
        description = {"The embedded MinIO and MailHog log together, as «keeper».", ""})
final class LogsCommand extends StackCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "SERVICE",
            completionCandidates = Candidates.Everything.class,
            description = "postgres, valkey, minio, mailhog, api, worker or web; all if it is left out.")
    private @Nullable String service;

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on until it is interrupted.")
    private boolean follow;

    @Option(
            names = "--tail",
            paramLabel = "N",
            defaultValue = "200",
            description = "Begins that many lines before the end (${DEFAULT-VALUE}).")
    private int tail = 200;

    /** A log that can be read to its end, or beyond. */
    private interface Source {
        void read(Consumer<String> listener) throws InterruptedException;
    }

    @Override
    public Integer call() throws InterruptedException {
        Stack stack = stack();
        StackState state = stack.require();
        Optional<DeskServers.Role> role = Optional.ofNullable(service).flatMap(DeskServers.Role::of);
        if (role.isPresent()) {
            if (!servers().wanted()) {
                throw CommandFailure.wrong("InsightDesk itself was not started. «desk up --all» starts it.");
            }
            return show(Map.of(role.get().key(), file(servers().log(role.get()))));
        }
        Set<Service> services = EnumSet.noneOf(Service.class);
        services.addAll(state.programs().keySet());
        if (service != null) {
            Service one = ServiceName.parse(service);
            if (!services.contains(one)) {
                throw CommandFailure.wrong("This stack has no " + one.key() + ". It has "
                        + services.stream().map(Service::key).collect(Collectors.joining(", ")) + ".");
            }
            services.retainAll(Set.of(one));
        }
        Map<String, Source> sources = state.mode() == Mode.DOCKER
                ? containers(stack.checkout(), services)
                : files(stack.checkout(), services);
        if (service == null && servers().wanted()) {
            for (DeskServers.Role one : DeskServers.Role.values()) {
                sources.put(one.key(), file(servers().log(one)));
            }
        }
        return show(sources);
    }

    private int show(Map<String, Source> sources) throws InterruptedException {
        Console console = console();
        int width = sources.keySet().stream().mapToInt(String::length).max().orElse(0);
        List<Thread> threads = new ArrayList<>();
        sources.forEach((name, source) -> {
            String prefix = sources.size() == 1
                    ? ""
                    : console.styled(Console.Style.FAINT, name + " ".repeat(width - name.length()) + " | ");
            Thread thread = new Thread(() -> read(source, line -> print(console, prefix + line)), "logs-" + name);
            thread.start();
            threads.add(thread);
            if (!follow) {
                join(thread);
            }
        });
        for (Thread thread : threads) {
            thread.join();
        }
        return ExitCode.OK;
    }

    private static void print(Console console, String line) {
        synchronized (console) {
            console.line(line);
        }
    }

    private static void read(Source source, Consumer<String> listener) {
        try {
            source.read(listener);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Source> containers(Checkout checkout, Set<Service> services) {
        StackContainers engine = StackContainers.find()
                .orElseThrow(() -> CommandFailure.failed(
                        "The container engine does not answer. Start it; «desk doctor» looks closer."));
        Map<String, Source> sources = new LinkedHashMap<>();
        for (StackContainers.Found container : engine.of(checkout.stack())) {
            if (services.contains(container.service())) {
                sources.put(container.service().key(), listener -> engine.logs(container, tail, follow, listener));
            }
        }
        if (sources.isEmpty()) {
            throw CommandFailure.failed(
                    "The containers were removed, and their logs with them. «desk up» makes new ones.");
        }
        return sources;
    }

    private Map<String, Source> files(Checkout checkout, Set<Service> services) {
        Map<String, Source> sources = new LinkedHashMap<>();
        for (Service one : services) {
            Path data = checkout.data().resolve(one.key());
            switch (one) {
                case POSTGRES -> sources.put(one.key(), file(data.resolve("postgres.log")));
                case VALKEY -> sources.put(one.key(), file(data.resolve("valkey.log")));
                case MINIO, MAILHOG -> sources.put("keeper", file(checkout.keeperLog()));
            }
        }
        return sources;
    }

    private Source file(Path file) {
        return listener -> new LogFile(file).read(tail, follow, listener);
    }
}
