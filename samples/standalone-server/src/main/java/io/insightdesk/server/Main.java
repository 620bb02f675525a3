package io.insightdesk.server;

import io.insightdesk.devenv.servers.PortTakenException;
import io.insightdesk.error.InsightDeskException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
     * @param arguments at most one, the role; or a command, such as {@code config check}
     */
    public static void main(String[] arguments) {
        int code = run(List.of(arguments));
        if (code != 0) {
            System.exit(code);
        }
    }

    private static int run(List<String> arguments) {
        Path here = Path.of("").toAbsolutePath();
        if (CommandLineTool.isMeant(arguments)) {
            return CommandLineTool.run(
                    arguments,
                    System.getenv(),
                    here,
                    new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                    new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        }
        Settings settings;
        try {
            settings = SettingsReader.read(System.getenv(), arguments, here);
        } catch (SettingsException e) {
            System.err.println("\n" + e.getMessage() + "\n");
            return TO_BE_CORRECTED;
        }
        Logging.configure(settings.environment(), settings.observation().logLevel());
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
        int code = FAILED;
        try {
            StandaloneServer server = StandaloneServer.start(settings, new Summary(System.out));
            try {
                stop.await();
                if (settings.inDevelopment()) {
                    System.out.println("\nStopping …");
                }
                server.drain();
                code = 0;
            } finally {
                server.close();
            }
        } finally {
            stop.stopped(code);
        }
    }

    /** Told by SIGTERM, SIGINT, or the end of the Maven that started this; the JVM waits until everything is stopped. */
    private static final class StopSignal {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch stopped = new CountDownLatch(1);
        private volatile int code = FAILED;

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
            if (stopped.getCount() == 0) {
                // Main has ended by itself, and has said how.
                return;
            }
            asked.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            System.out.flush();
            // A JVM that ends by a signal says 143, which looks like a failure to whoever sent it.
            Runtime.getRuntime().halt(code);
        }

        void await() {
            try {
                asked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void stopped(int code) {
            this.code = code;
            stopped.countDown();
        }
    }
}
