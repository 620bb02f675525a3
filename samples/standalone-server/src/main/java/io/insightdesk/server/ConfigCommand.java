package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks at the settings without starting anything. */
@Command(name = "config", header = "Checks and explains the settings; starts nothing.")
final class ConfigCommand implements Runnable {

    private static final String MASK = "********";

    @ParentCommand
    private @Nullable CommandLineTool tool;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(requireNonNull(spec, "spec").commandLine(), "config needs check or explain.");
    }

    @Command(name = "check", header = "Tells whether the settings are good: exit code 0 when they are, 1 when not.")
    int check(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "ROLE",
                            description = "For which role; that of INSIGHTDESK_ROLE, or all, otherwise.")
                    @Nullable String role) {
        PrintWriter out = out();
        try {
            Settings settings = SettingsReader.read(
                    environment(), role == null ? List.<String>of() : List.of(role), workingDirectory());
            settings.warnings().forEach(warning -> out.println("warning: " + warning + "."));
            out.println("The settings are good, for the role " + settings.role().wireName() + " in "
                    + settings.environment().wireName() + ".");
            return 0;
        } catch (SettingsException e) {
            out.println(e.getMessage());
            return CommandLineTool.FAILED;
        }
    }

    @Command(
            name = "explain",
            header = "Shows each setting: what it is for, its rule, its default, and where its value comes from.")
    int explain(
            @Parameters(arity = "0..1", paramLabel = "VARIABLE", description = "Only this one; all otherwise.")
                    @Nullable String variable) {
        SettingsSource source = SettingsSource.collect(environment(), workingDirectory(), RemovedSettings.ALL);
        PrintWriter out = out();
        if (variable != null) {
            explain(out, source, setting(variable));
            return 0;
        }
        Setting.Group last = null;
        for (Setting setting : Setting.values()) {
            if (setting.group() != last) {
                last = setting.group();
                out.println("-------- " + last.title() + "\n");
            }
            explain(out, source, setting);
            out.println();
        }
        return 0;
    }

    private Setting setting(String name) {
        String wanted = name.toUpperCase(Locale.ROOT).replaceFirst("_FILE$", "");
        for (Setting setting : Setting.values()) {
            if (setting.name().equals(wanted)) {
                return setting;
            }
        }
        throw new ParameterException(
                requireNonNull(spec, "spec").commandLine(),
                "There is no setting " + name + "; config explain lists all.");
    }

    private static void explain(PrintWriter out, SettingsSource source, Setting setting) {
        String origin = source.origin(setting);
        String value = source.get(setting);
        out.println(setting.name() + (setting.secret() ? " (secret)" : ""));
        out.println("  " + setting.about());
        out.println("  rule:    " + setting.rule() + "; such as " + setting.example());
        out.println("  default: " + (setting.byDefault() == null ? "none" : setting.byDefault()));
        source.problems().stream()
                .filter(problem -> problem.variable().equals(setting.name()))
                .forEach(problem -> out.println("  problem: " + problem.what()));
        out.println(
                origin == null || value == null
                        ? "  value:   not set"
                        : "  value:   " + (setting.secret() ? MASK : value) + ", from " + origin);
    }

    private Map<String, String> environment() {
        return requireNonNull(tool, "tool").environment();
    }

    private Path workingDirectory() {
        return requireNonNull(tool, "tool").workingDirectory();
    }

    private PrintWriter out() {
        return requireNonNull(spec, "spec").commandLine().getOut();
    }
}
