package io.insightdesk.devenv.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.servers.Health;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A stack for people and for machines. Only machines get the keys, which they ask for. */
final class StackReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StackReport() {}

    static void addresses(Console console, StackState state, List<DeskServers.Running> servers) {
        List<List<Console.Cell>> rows = new ArrayList<>();
        for (Service service : state.endpoints().services()) {
            rows.add(List.of(
                    new Console.Cell(Console.Style.STRONG, "  " + service.key()),
                    Console.Cell.of(EndpointPorts.address(state.endpoints(), service) + extra(state, service)),
                    new Console.Cell(Console.Style.FAINT, state.programs().getOrDefault(service, ""))));
        }
        for (DeskServers.Running server : servers) {
            String mail = server.mailPort() == 0 ? "" : " (takes mail at smtp://localhost:" + server.mailPort() + ")";
            rows.add(List.of(
                    new Console.Cell(Console.Style.STRONG, "  " + server.role().key()),
                    Console.Cell.of(server.uri() + mail),
                    new Console.Cell(Console.Style.FAINT, "InsightDesk")));
        }
        console.table(rows);
    }

    private static String extra(StackState state, Service service) {
        Integer page = state.ports().get(ServerPort.MINIO_CONSOLE);
        S3Endpoint s3 = state.endpoints().s3();
        boolean container = state.mode() == Mode.DOCKER;
        return service == Service.MINIO && container && page != null && s3 != null
                ? " (page http://" + s3.uri().getHost() + ":" + page + ")"
                : "";
    }

    static void status(
            Console console, StackState state, List<Stack.ServiceStatus> services, List<DeskServers.Status> servers) {
        console.line(state.name() + ": " + state.reason());
        List<List<Console.Cell>> rows = new ArrayList<>();
        for (Stack.ServiceStatus service : services) {
            rows.add(List.of(
                    new Console.Cell(
                            Console.Style.STRONG, "  " + service.service().key()),
                    new Console.Cell(
                            service.healthy() ? Console.Style.GOOD : Console.Style.BAD,
                            service.healthy()
                                    ? "healthy"
                                    : service.state() == Stack.State.RUNNING
                                            ? "not healthy"
                                            : service.state().name().toLowerCase(Locale.ROOT)),
                    Console.Cell.of(service.address()),
                    new Console.Cell(Console.Style.FAINT, service.program())));
        }
        for (DeskServers.Status server : servers) {
            rows.add(List.of(
                    new Console.Cell(Console.Style.STRONG, "  " + server.role().key()),
                    new Console.Cell(
                            server.ready() ? Console.Style.GOOD : Console.Style.BAD,
                            server.ready() ? "healthy" : server.uri() == null ? "stopped" : "not healthy"),
                    Console.Cell.of(server.uri() == null ? "" : server.uri().toString()),
                    new Console.Cell(Console.Style.FAINT, "InsightDesk")));
        }
        console.table(rows);
        for (Stack.ServiceStatus service : services) {
            if (!service.healthy()) {
                console.line(service.service().key() + ": " + service.detail());
            }
        }
        for (DeskServers.Status server : servers) {
            if (!server.ready()) {
                console.line(server.role().key() + ": " + server.detail());
            }
        }
    }

    /** Writes the stack, with the health of those services that were asked. */
    static String json(
            Checkout checkout, StackState state, List<Stack.ServiceStatus> services, List<DeskServers.Status> servers) {
        ObjectNode root = JSON.createObjectNode();
        root.put("stack", state.name());
        root.put("directory", checkout.directory().toString());
        root.put("up", state.up());
        if (state.mode() != null) {
            root.put("mode", state.mode().key());
        }
        root.put("reason", state.reason());
        root.put("envFile", checkout.envFile().toString());
        ObjectNode ports = root.putObject("ports");
        state.ports().forEach((port, number) -> ports.put(port.key(), number));
        ObjectNode environment = root.putObject("environment");
        state.endpoints().environment().forEach(environment::put);
        ArrayNode all = root.putArray("services");
        if (services.isEmpty()) {
            state.programs()
                    .forEach((service, program) -> all.addObject()
                            .put("service", service.key())
                            .put("address", EndpointPorts.address(state.endpoints(), service))
                            .put("program", program));
        }
        services.forEach(service -> all.addObject()
                .put("service", service.service().key())
                .put("state", service.state().name().toLowerCase(Locale.ROOT))
                .put("healthy", service.healthy())
                .put("detail", service.detail())
                .put("address", service.address())
                .put("program", service.program()));
        ArrayNode own = root.putArray("servers");
        for (DeskServers.Status server : servers) {
            ObjectNode one = own.addObject().put("role", server.role().key()).put("ready", server.ready());
            if (server.uri() != null) {
                one.put("address", server.uri().toString());
            }
            one.put("detail", server.detail());
        }
        return root.toPrettyString();
    }

    static String json(List<Health> answers) {
        ArrayNode all = JSON.createArrayNode();
        answers.forEach(health -> all.addObject()
                .put("service", health.service().key())
                .put("healthy", health.healthy())
                .put("detail", health.detail())
                .put("millis", health.took().toMillis()));
        return all.toPrettyString();
    }
}
