package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was asked of {@code up}.
 *
 * @param mode how the servers are to run
 * @param services which; empty for all, or for those that there are
 * @param ports the ports that were named
 * @param images the images that were named
 */
record StartRequest(Mode mode, Set<Service> services, Map<ServerPort, Integer> ports, Map<Service, String> images) {
    StartRequest {
        Set<Service> servicesCopy = EnumSet.noneOf(Service.class);
        servicesCopy.addAll(services);
        services = Collections.unmodifiableSet(servicesCopy);
        Map<ServerPort, Integer> portsCopy = new EnumMap<>(ServerPort.class);
        portsCopy.putAll(ports);
        ports = Collections.unmodifiableMap(portsCopy);
        Map<Service, String> imagesCopy = new EnumMap<>(Service.class);
        imagesCopy.putAll(images);
        images = Collections.unmodifiableMap(imagesCopy);
    }

    /** Returns which services are to run when nothing was running. */
    Set<Service> servicesOrAll() {
        return services.isEmpty() ? EnumSet.allOf(Service.class) : services;
    }

    /** Says in which way a stack that is up is not what is asked for; empty if it is. */
    Optional<String> conflictWith(StackState state) {
        List<String> conflicts = new ArrayList<>();
        if (mode != Mode.AUTO && mode != state.mode()) {
            conflicts.add("it runs " + (state.mode() == Mode.DOCKER ? "in containers" : "embedded"));
        }
        Set<Service> missing = EnumSet.noneOf(Service.class);
        missing.addAll(services);
        missing.removeAll(state.endpoints().services());
        if (!missing.isEmpty()) {
            conflicts.add("it has no " + missing.stream().map(Service::key).collect(Collectors.joining(" and no ")));
        }
        ports.forEach((port, number) -> {
            Integer now = state.ports().get(port);
            if (number != 0 && !number.equals(now)) {
                conflicts.add(port.key() + " listens on " + now);
            }
        });
        images.forEach((service, image) -> {
            String now = state.programs().get(service);
            if (!image.equals(now)) {
                conflicts.add(service.key() + " is " + now);
            }
        });
        return conflicts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", conflicts));
    }

    /** Completes what was left open with what a stack has that is up but not well. */
    StartRequest withDefaultsOf(StackState state) {
        Map<Service, String> allImages = new EnumMap<>(Service.class);
        allImages.putAll(state.images());
        allImages.putAll(images);
        Mode before = state.mode();
        return new StartRequest(
                mode == Mode.AUTO && before != null ? before : mode,
                services.isEmpty() ? state.endpoints().services() : services,
                ports,
                allImages);
    }

    /** Writes it as arguments of another process. */
    List<String> toArguments() {
        List<String> arguments = new ArrayList<>(List.of("mode", mode.key()));
        services.forEach(service -> arguments.addAll(List.of("with", service.key())));
        ports.forEach((port, number) -> arguments.addAll(List.of("port", port.key(), "" + number)));
        images.forEach((service, image) -> arguments.addAll(List.of("image", service.key(), image)));
        return arguments;
    }

    /** Reads what {@link #toArguments} wrote. */
    static StartRequest parse(List<String> arguments) {
        Mode mode = Mode.AUTO;
        Set<Service> services = EnumSet.noneOf(Service.class);
        Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);
        Map<Service, String> images = new EnumMap<>(Service.class);
        Iterator<String> words = arguments.iterator();
        while (words.hasNext()) {
            String what = words.next();
            switch (what) {
                case "mode" -> mode = Mode.of(words.next());
                case "with" -> services.add(Service.of(words.next()));
                case "port" -> ports.put(ServerPort.of(words.next()), Integer.parseInt(words.next()));
                case "image" -> images.put(Service.of(words.next()), words.next());
                default -> throw new IllegalArgumentException("Unknown: " + what);
            }
        }
        return new StartRequest(mode, services, ports, images);
    }
}
