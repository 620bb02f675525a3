package io.insightdesk.devenv.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the settings of a server that uses the stack. */
@Command(
        name = "env",
        header = "Prints DATABASE_URL and the other settings of a server that uses these.",
        description = {"The same is in .insightdesk/devenv.env as long as the servers are up.", ""})
final class EnvCommand extends StackCommand {
    /** One form or the other. */
    static final class Form {
        @Option(names = "--json", description = "Writes JSON.")
        private boolean json;

        @Option(names = "--export", description = "Writes lines for a shell: eval \"$(desk env --export)\"")
        private boolean export;
    }

    @ArgGroup
    private @Nullable Form form;

    @Override
    public Integer call() {
        Map<String, String> variables = stack().endpoints().environment();
        String text;
        if (form != null && form.json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            variables.forEach(object::put);
            text = object.toPrettyString();
        } else {
            text = form != null && form.export ? EnvFile.export(variables) : EnvFile.format(variables);
        }
        console().line(text.stripTrailing());
        return ExitCode.OK;
    }
}
