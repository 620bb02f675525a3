package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Health;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks servers how they are. */
@Command(
        name = "health",
        header = "Asks the servers, or an InsightDesk server at a URL, how they are.",
        description = {"The exit code is 1 if one is not healthy, or the server at the URL is not ready.", ""})
final class HealthCommand extends StackCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "Address of an InsightDesk server; the servers of «desk up» if it is left out.")
    private @Nullable String url;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Trusts these certificates (PEM) instead of Java's, for a URL of an authority of one's own.")
    private @Nullable Path authority;

    @Option(names = "--json", description = "Writes JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return url == null ? ofStack() : ofServer(parse(url));
    }

    private int ofStack() {
        Console console = console();
        List<Health> answers = Health.of(stack().endpoints(), Stack.HEALTH_LIMIT);
        if (json) {
            console.line(StackReport.json(answers));
        } else {
            List<List<Console.Cell>> rows = new ArrayList<>();
            for (Health health : answers) {
                rows.add(row(
                        health.healthy() ? Console.Style.GOOD : Console.Style.BAD,
                        health.service().key(),
                        health.healthy() ? "healthy" : "not healthy",
                        health.detail() + " (" + health.took().toMillis() + " ms)"));
            }
            console.table(rows);
        }
        return answers.stream().allMatch(Health::healthy) ? ExitCode.OK : ExitCode.FAILED;
    }

    private int ofServer(URI server) throws InterruptedException {
        Console console = console();
        ServerHealth health = ServerHealth.ask(server, authority);
        if (json) {
            console.line(health.json());
        } else {
            List<List<Console.Cell>> rows = new ArrayList<>();
            rows.add(row(good(health.live()), "live", health.live() ? "yes" : "no", ""));
            rows.add(row(good(health.ready()), "ready", health.ready() ? "yes" : "no", health.detail()));
            for (ServerHealth.Check check : health.checks()) {
                Console.Style style = switch (check.status()) {
                    case "UP" -> Console.Style.GOOD;
                    case "DOWN" -> Console.Style.BAD;
                    default -> Console.Style.WARNING;
                };
                rows.add(row(style, "  " + check.name(), check.status(), check.detail()));
            }
            console.table(rows);
        }
        return health.ready() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Console.Style good(boolean yes) {
        return yes ? Console.Style.GOOD : Console.Style.BAD;
    }

    private static List<Console.Cell> row(Console.Style style, String name, String state, String detail) {
        return List.of(Console.Cell.of(name), new Console.Cell(style, state), Console.Cell.of(detail));
    }

    private static URI parse(String url) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // The same message as for a URL of another kind.
            throw notHttp(url);
        }
        throw notHttp(url);
    }

    private static CommandFailure notHttp(String url) {
        return CommandFailure.wrong(url + " is no address of a server. It has the form http://127.0.0.1:3000");
    }
}
