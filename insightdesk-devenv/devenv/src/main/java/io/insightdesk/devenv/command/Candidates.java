package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the shell offers to complete. */
final class Candidates {
    private Candidates() {}

    /** The names of the services. */
    static final class Services extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Services() {
            super(Arrays.stream(Service.values()).map(Service::key).toList());
        }
    }

    /** The names of the services, and of InsightDesk's own processes. */
    static final class Everything extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Everything() {
            super(new Services());
            Arrays.stream(DeskServers.Role.values()).map(DeskServers.Role::key).forEach(this::add);
        }
    }

    /** The names of the modes. */
    static final class Modes extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Modes() {
            super(Arrays.stream(Mode.values()).map(Mode::key).toList());
        }
    }

    /** The names of the sizes of demo data. */
    static final class Sizes extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Sizes() {
            super(List.of("small", "medium", "large"));
        }
    }
}
