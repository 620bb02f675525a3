package io.insightdesk.devenv.command;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks after the database. */
@Command(
        name = "db",
        header = "Migrates, fills or empties the database.",
        description = {"It is the one of these servers or, if DATABASE_URL is set, the one that it names.", ""},
        subcommands = {DatabaseCommand.Migrate.class, DatabaseCommand.Seed.class, DatabaseCommand.Reset.class})
final class DatabaseCommand extends StackCommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec used = requireNonNull(spec, "spec");
        throw new ParameterException(used.commandLine(), "db needs to be told what to do: migrate, seed or reset.");
    }

    /** What the tasks have in common. */
    abstract static class Task implements Callable<Integer> {
        @ParentCommand
        private @Nullable DatabaseCommand parent;

        DeskCommand desk() {
            return requireNonNull(parent, "parent").desk();
        }

        DatabaseTarget target() {
            Map<String, String> variables = desk().surroundings().environment();
            return DatabaseTarget.of(variables)
                    .orElseGet(() -> DatabaseTarget.ofStack(desk().stack().require(), variables));
        }
    }

    /** Brings the schema up to date. */
    @Command(name = "migrate", header = "Brings the schema of InsightDesk up to date.")
    static final class Migrate extends Task {
        @Override
        public Integer call() {
            Console console = desk().console();
            DatabaseTarget target = target();
            console.note("Database " + target.describe());
            console.line(DatabaseTasks.migrate(target));
            return ExitCode.OK;
        }
    }

    /** Adds demo data. */
    @Command(
            name = "seed",
            header = "Adds demo data; what is there already stays.",
            description = {"For development and test only (APP_ENV).", ""})
    static final class Seed extends Task {
        private static final Set<String> SIZES = Set.copyOf(new Candidates.Sizes());

        @Spec
        private @Nullable CommandSpec spec;

        @Option(
                names = "--size",
                paramLabel = "SIZE",
                defaultValue = "small",
                completionCandidates = Candidates.Sizes.class,
                description = "small (a few stories), medium (10,000 tickets) or large (1,000,000 tickets).")
        private String size = "small";

        @Override
        public Integer call() {
            String wanted = size.toLowerCase(Locale.ROOT);
            if (!SIZES.contains(wanted)) {
                throw new ParameterException(
                        requireNonNull(spec, "spec").commandLine(),
                        "There is no size " + size + ". The sizes are small, medium and large.");
            }
            DatabaseTarget target = target();
            target.requireMayBeChanged("Demo data");
            Console console = desk().console();
            console.note("Database " + target.describe());
            String done;
            try (SeedProgress progress = SeedProgress.on(console)) {
                done = DatabaseTasks.seed(target, wanted, progress);
            }
            console.line(done);
            return ExitCode.OK;
        }
    }

    /** Empties the schema. */
    @Command(
            name = "reset",
            header = "Deletes all data of InsightDesk and makes its schema anew.",
            description = {
                "For development and test only (APP_ENV). Other schemas of the database stay as they are.",
                ""
            })
    static final class Reset extends Task {
        @Option(names = "--yes", description = "Does not ask.")
        private boolean yes;

        @Option(
                names = "--tenant",
                split = ",",
                paramLabel = "SLUG",
                description = "A tenant that is not of the demo data and may be lost, too.")
        private List<String> tenants = List.of();

        @Override
        public Integer call() {
            DatabaseTarget target = target();
            target.requireMayBeChanged("Emptying a database");
            Console console = desk().console();
            if (!yes && !confirmed(console, target)) {
                console.note("Nothing was changed.");
                return ExitCode.WRONG;
            }
            console.note("Database " + target.describe());
            console.line(DatabaseTasks.reset(target, Set.copyOf(tenants)));
            return ExitCode.OK;
        }

        private boolean confirmed(Console console, DatabaseTarget target) {
            if (!console.terminal().input()) {
                throw CommandFailure.wrong("This deletes all data of InsightDesk in " + target.describe()
                        + ", and nobody can be asked. Say --yes.");
            }
            console.note("This deletes all data of InsightDesk in " + target.describe() + ". Type yes to go on:");
            return desk().surroundings().readLine().equalsIgnoreCase("yes");
        }
    }
}
