package io.insightdesk.devenv.command;

import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import java.util.Set;

/** The tasks by the library itself. */
final class LibraryDatabaseTasks implements DatabaseTasks {
    @Override
    public String migrate(DatabaseTarget target) {
        try (InsightDesk insightDesk = InsightDesk.builder()
                .dataSource(target.endpoint().dataSource())
                .migrate(MigrationMode.MIGRATE)
                .build()) {
            return "The schema is up to date; the library says "
                    + insightDesk.health().status() + ".";
        }
    }

    @Override
    public String seed(DatabaseTarget target, String size, Progress progress) {
        throw CommandFailure.failed("This build has no demo data. Build one that has.");
    }

    @Override
    public String reset(DatabaseTarget target, Set<String> expendable) {
        throw CommandFailure.failed("This build cannot empty a database. Drop its schema insightdesk by hand.");
    }
}
