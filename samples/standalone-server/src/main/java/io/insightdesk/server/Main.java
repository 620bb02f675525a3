package io.insightdesk.server;

import io.insightdesk.devenv.servers.PortTakenException;
import io.insightdesk.error.InsightDeskException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server, and ends with it. Exit codes: 0 stopped, migrated, or found intact, 1 failed, 2 to be corrected by whoever starts it. */
public final class Main {

    private static final int FAILED = 1;
    private static final int TO_BE_CORRECTED = 2;

    private Main() {}

    /**
     * Starts the server.
     *
     * @param arguments at most one: the role
     */
    public static void main(String[] arguments) {
        int code = run(List.of(arguments));
        if (code != 0) {
            System.exit(code);
        }
    }

    private static int run(List<String> arguments) {
        Settings settings;
        try {
            settings =
                    SettingsReader.read(System.getenv(), arguments, Path.of("").toAbsolutePath());
        } catch (SettingsException e) {
            System.err.println("\n" + e.getMessage() + "\n");
            return TO_BE_CORRECTED;
        }
        Logging.configure(settings.environment(), settings.logLevel());
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            if (settings.role() == ServerRole.MIGRATE) {
                StandaloneServer.migrate(settings);
                return 0;
            }
            if (settings.role() == ServerRole.VERIFY_AUDIT) {
                return StandaloneServer.verifyAudit(settings, System.out) ? 0 : FAILED;
            }
            serve(settings);
            return 0;
        } catch (StartException | PortTakenException e) {
            System.err.println("\n" + e.getMessage() + "\n");
            return TO_BE_CORRECTED;
        } catch (InsightDeskException e) {
            log.error("The server could not start: {}", e.getMessage(), e);
            return FAILED;
        } catch (RuntimeException e) {
            log.error("The server could not start", e);
            return FAILED;
        }
    }

    private static void serve(Settings settings) {
        StopSignal stop = new StopSignal();
        try {
            StandaloneServer server = StandaloneServer.start(settings, new Summary(System.out));
            try {
                stop.await();
                if (settings.inDevelopment()) {
                    System.out.println("\nStopping …");
                }
            } finally {
                server.close();
            }
        } finally {
            stop.done();
        }
    }

    /** Told by SIGTERM, SIGINT, or the end of the Maven that started this; the JVM waits until everything is stopped. */
    private static final class StopSignal {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch stopped = new CountDownLatch(1);

        StopSignal() {
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
            if (Boolean.getBoolean("insightdesk.stopWithParent")) {
                ProcessHandle.current().parent().ifPresent(this::stopAfter);
            }
        }

        private void stopAfter(ProcessHandle parent) {
            parent.onExit().whenComplete((gone, failure) -> asked.countDown()).exceptionally(failure -> parent);
        }

        private void stop() {
            asked.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void await() {
            try {
                asked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void done() {
            stopped.countDown();
        }
    }
}
