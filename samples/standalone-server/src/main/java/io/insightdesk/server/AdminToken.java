package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** API tokens. */
@Command(name = "token", header = "Makes API tokens.")
final class AdminToken implements Runnable {

    @ParentCommand
    private @Nullable AdminCommand admin;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(requireNonNull(spec, "spec").commandLine(), "admin token needs create.");
    }

    @Command(
            name = "create",
            header =
                    "Makes an API token and prints it. It is shown this once, and nothing else goes to the standard output.")
    int create(
            @Option(names = "--tenant", required = true, paramLabel = "SLUG", description = "In which tenant.")
                    String tenant,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "What it is for.")
                    String name,
            @Option(
                            names = "--role",
                            required = true,
                            paramLabel = "ROLE",
                            description = "What it may do at most, such as agent or admin.")
                    String role,
            @Option(names = "--agent", paramLabel = "EMAIL", description = "As whom it acts; as itself otherwise.")
                    @Nullable String email,
            @Option(
                            names = "--days",
                            paramLabel = "DAYS",
                            description = "How many days it is good for; without end otherwise.")
                    @Nullable Integer days) {
        AdminCommand with = requireNonNull(admin, "admin");
        return with.with(insightDesk -> {
            Desk desk = AdminCommand.desk(insightDesk, tenant);
            AgentId agent = email == null
                    ? null
                    : desk.agents()
                            .findByEmail(email)
                            .orElseThrow(() -> new NotFoundException("agent", email))
                            .id();
            Duration expiry = days == null ? null : Duration.ofDays(days);
            with.out()
                    .println(desk.apiTokens()
                            .create(new NewApiToken(name, agent, Role.of(role), expiry))
                            .secret()
                            .reveal());
            return 0;
        });
    }
}
