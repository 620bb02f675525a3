package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Agents. */
@Command(name = "agent", header = "Makes agents, such as a tenant's first owner.")
final class AdminAgent implements Runnable {

    @ParentCommand
    private @Nullable AdminCommand admin;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(requireNonNull(spec, "spec").commandLine(), "admin agent needs create.");
    }

    @Command(name = "create", header = "Makes an agent and prints the id.")
    int create(
            @Parameters(paramLabel = "EMAIL", description = "The agent's mail address.") String email,
            @Option(names = "--tenant", required = true, paramLabel = "SLUG", description = "In which tenant.")
                    String tenant,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "The agent's name.")
                    String name,
            @Option(
                            names = "--role",
                            defaultValue = "owner",
                            paramLabel = "ROLE",
                            description =
                                    "owner, admin, supervisor, agent, light_agent, viewer, or one of the tenant's;"
                                            + " owner otherwise.")
                    String role,
            @Option(
                            names = "--password-stdin",
                            description = "Takes the agent's password from the first line of the standard input. Needs"
                                    + " JWT_SECRET.")
                    boolean password,
            @Option(
                            names = "--invite",
                            description =
                                    "Sends the agent a mail by which a password can be set, as soon as a worker runs."
                                            + " Needs JWT_SECRET, APP_URL and MAIL_FROM.")
                    boolean invite) {
        // Read before anything is done: an agent without the password that was meant is of no use.
        String secret = password ? firstLine() : "";
        AdminCommand with = requireNonNull(admin, "admin");
        return with.with(insightDesk -> {
            if ((password || invite) && insightDesk.logins().isEmpty()) {
                throw new StartException("JWT_SECRET is not set; without it agents cannot log in.");
            }
            Desk desk = AdminCommand.desk(insightDesk, tenant);
            Agent agent = desk.agents().create(NewAgent.of(name, email, Role.of(role)));
            with.out().println(agent.id());
            with.out().flush();
            if (password) {
                desk.agentLogins().setPassword(agent.id(), secret);
            }
            if (invite) {
                desk.agentLogins().invite(agent.id());
            }
            return 0;
        });
    }

    private static String firstLine() {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null || line.isEmpty()) {
                throw new StartException("There is no password on the standard input.");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
