package io.insightdesk.devenv.command;

import io.insightdesk.devenv.seed.DevDatabase;
import io.insightdesk.devenv.seed.SeedListener;
import io.insightdesk.devenv.seed.SeedRefusedException;
import io.insightdesk.devenv.seed.SeedSize;
import io.insightdesk.error.InsightDeskException;
import java.util.Set;
import java.util.function.Supplier;

/** What is done to a database, with failures told as the command tells them. Each answers what happened, in one line. */
final class DatabaseTasks {
    private DatabaseTasks() {}

    static String migrate(DatabaseTarget target) {
        return explained(() -> database(target).migrate());
    }

    static String seed(DatabaseTarget target, String size, SeedListener listener) {
        return explained(() -> {
            DevDatabase database = database(target);
            // Whoever asks for data wants to see them, and a migration of a current schema changes nothing.
            database.migrate();
            return database.seed(SeedSize.of(size), target.environment(), listener)
                    .line();
        });
    }

    /** Refused where there are tenants that are neither of the demo data nor expendable, which are named by their slugs. */
    static String reset(DatabaseTarget target, Set<String> expendable) {
        return explained(() -> database(target).reset(target.environment(), expendable));
    }

    private static DevDatabase database(DatabaseTarget target) {
        return DevDatabase.of(target.endpoint().dataSource());
    }

    /** Failures that name a remedy are told without the rest. */
    private static String explained(Supplier<String> task) {
        try {
            return task.get();
        } catch (SeedRefusedException e) {
            throw CommandFailure.wrong(String.valueOf(e.getMessage()));
        } catch (InsightDeskException | IllegalStateException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()), e);
        }
    }
}
