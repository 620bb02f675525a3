package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.devenv.seed.DemoTenant;
import io.insightdesk.storage.S3BlobStore;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server with all its parts. Thread-safe; whoever starts it closes it, which stops the parts in the reverse order. */
final class StandaloneServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StandaloneServer.class);

    private final Settings settings;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final ServerState state = new ServerState();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Readiness readiness;
    private @Nullable DatabaseUrl database;
    private @Nullable DataSource dataSource;
    private @Nullable HttpServer main;
    private @Nullable HttpServer management;
    private @Nullable Tracing tracing;
    private @Nullable DevelopmentServices development;
    private @Nullable MailIntake intake;
    private @Nullable DevelopmentToken token;

    /** Something that was started and has to be stopped. */
    private record Part(String name, AutoCloseable part) {}

    private StandaloneServer(Settings settings) {
        this.settings = settings;
        this.readiness = new Readiness(state, settings.observation().healthTimeout());
    }

    /**
     * Starts everything that the role needs.
     *
     * @throws StartException when a port is taken, or something else that the caller can mend
     */
    static StandaloneServer start(Settings settings, Summary summary) {
        StandaloneServer server = new StandaloneServer(settings);
        try {
            server.startParts(summary);
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** Brings the schema to this release. */
    static void migrate(Settings settings) {
        try (StandaloneServer server = new StandaloneServer(settings)) {
            server.insightDesk(new Summary(System.out), MigrationMode.MIGRATE);
            log.info("The schema is that of this release");
        }
    }

    /** Verifies the audit trails of all tenants; answers whether they are intact. */
    static boolean verifyAudit(Settings settings, PrintStream out) {
        try (StandaloneServer server = new StandaloneServer(settings)) {
            return new AuditTrails(server.insightDesk(new Summary(out), MigrationMode.VALIDATE), out).verify();
        }
    }

    private void startParts(Summary summary) {
        settings.warnings().forEach(warning -> log.warn("{}", warning));
        FreePorts.require(wantedPorts());
        meters.config().namingConvention(new MetricNames());
        started("metrics", meters::close);
        BuildInfo.ofThisJar().register(meters);
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        Settings.Sentry sentry = settings.observation().sentry();
        if (sentry != null) {
            ErrorReports reports = new ErrorReports(sentry);
            Logging.add(reports);
            started("error reports", () -> Logging.remove(reports));
        }
        tracing = Tracing.start(settings);
        started("traces", tracing);
        started("health checks", readiness);
        listen();
        URI api = settings.http().apiUrl();
        if (settings.role() == ServerRole.WEB) {
            showPages(api == null ? URI.create("http://localhost:3001") : api);
        } else {
            work(summary);
        }
    }

    private void listen() {
        boolean open = !settings.environment().serious();
        Settings.Http http = settings.http();
        Settings.Management own = http.management();
        Duration grace = settings.stopping().grace();
        HttpServer.Address address = new HttpServer.Address(http.host(), http.port(), Setting.PORT);
        HealthHandler health = new HealthHandler(state, readiness);
        if (own == null) {
            main = HttpServer.start(address, state, Map.of("/health", health, "/metrics", metrics(open)), grace);
        } else {
            HttpServer.Address apart = new HttpServer.Address(own.host(), own.port(), Setting.MANAGEMENT_PORT);
            HttpServer management =
                    HttpServer.start(apart, state, Map.of("/health", health, "/metrics", metrics(true)), grace);
            management.mount(Pages.none());
            this.management = management;
            started("management HTTP", management);
            main = settings.role() == ServerRole.WORKER
                    ? management
                    : HttpServer.start(address, state, Map.of("/health", new HealthHandler(state, readiness)), grace);
        }
        if (main != management) {
            started("HTTP", requireNonNull(main, "main"));
        }
    }

    private MetricsHandler metrics(boolean open) {
        return new MetricsHandler(meters, settings.observation().metricsToken(), open);
    }

    private void showPages(URI api) {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(settings.observation().healthTimeout())
                .build();
        readiness.add(Dependencies.api(api, client, settings.observation().healthTimeout()));
        HttpServer http = requireNonNull(main, "main");
        http.mount(Pages.web(settings, readiness, api));
        state.started();
        log.info("The server is ready as web on port {}, about the API at {}", http.port(), api);
    }

    private void work(Summary summary) {
        InsightDesk insightDesk =
                insightDesk(summary, settings.migrates() ? MigrationMode.MIGRATE : MigrationMode.VALIDATE);
        DemoTenant demo = settings.inDevelopment() ? demo(insightDesk, summary) : null;
        dependOn(insightDesk);
        if (settings.role().works()) {
            insightDesk.workers().start();
            started(
                    "workers",
                    () -> insightDesk.workers().stop(settings.stopping().grace()));
        }
        HttpServer http = requireNonNull(main, "main");
        if (settings.role().answersRequests()) {
            http.mount(Pages.api(settings, insightDesk, observations(), catcherUrl()));
            // Stopped before the workers are: what requests have left to do may still be done here.
            started("requests", http);
            // They would go on for as long as somebody listens; whoever does connects to another server.
            started("streams", () -> insightDesk.events().endStreams());
        } else if (http != management) {
            http.mount(Pages.none());
        }
        if (demo != null && settings.role().answersRequests()) {
            MailIntake smtp =
                    MailIntake.start(insightDesk, settings.development().smtpPort());
            intake = smtp;
            started("SMTP", smtp);
            token = DevelopmentToken.provide(insightDesk, demo.tenant(), demo.admin(), directory(), url());
            state.started();
            summary.ready(this, requireNonNull(token), smtp.port(), DemoTenant.MAILBOX);
        } else {
            state.started();
            log.info("The server is ready as {} on port {}", settings.role().wireName(), http.port());
        }
    }

    private void dependOn(InsightDesk insightDesk) {
        boolean valkeyExpected = settings.environment().serious();
        readiness.add(Dependencies.helpDesk(insightDesk, valkeyExpected));
        readiness.secondLook(Dependencies.databaseItself(
                requireNonNull(database, "database"), settings.observation().healthTimeout()));
        Path files = settings.blobDirectory();
        if (files != null) {
            readiness.add(Dependencies.files(files));
        }
    }

    private ObservationRegistry observations() {
        return tracing == null ? ObservationRegistry.NOOP : tracing.observations();
    }

    private DemoTenant demo(InsightDesk insightDesk, Summary summary) {
        return DemoTenant.provide(insightDesk, requireNonNull(dataSource), Instant.now(), (what, done, total) -> {
            if (done == 0) {
                summary.say("Making the demo tenant …");
            }
        });
    }

    private List<FreePorts.Wanted> wantedPorts() {
        List<FreePorts.Wanted> ports = new ArrayList<>();
        Settings.Management own = settings.http().management();
        if (own == null || settings.role() != ServerRole.WORKER) {
            ports.add(new FreePorts.Wanted(
                    Setting.PORT,
                    "HTTP",
                    settings.http().host(),
                    settings.http().port()));
        }
        if (own != null) {
            ports.add(new FreePorts.Wanted(Setting.MANAGEMENT_PORT, "health and metrics", own.host(), own.port()));
        }
        if (settings.inDevelopment() && settings.role().usesDatabase()) {
            Settings.Development local = settings.development();
            String host = "127.0.0.1";
            if (settings.role().answersRequests()) {
                ports.add(new FreePorts.Wanted(Setting.INSIGHTDESK_SMTP_PORT, "incoming mail", host, local.smtpPort()));
            }
            if (settings.smtp() == null) {
                ports.add(new FreePorts.Wanted(
                        Setting.MAIL_CATCHER_HTTP_PORT, "the mail catcher's page", host, local.catcherHttpPort()));
                ports.add(new FreePorts.Wanted(
                        Setting.MAIL_CATCHER_SMTP_PORT, "the mail catcher", host, local.catcherSmtpPort()));
            }
        }
        return ports;
    }

    private InsightDesk insightDesk(Summary summary, MigrationMode mode) {
        DatabaseUrl where = settings.database();
        if (settings.inDevelopment()) {
            DevelopmentServices local = startDevelopment(summary);
            where = where == null ? local.database() : where;
        }
        database = requireNonNull(where, "database");
        HikariDataSource pool = DatabasePool.open(requireNonNull(database), settings.pool(), meters);
        dataSource = pool;
        started("connection pool", pool);
        DatabaseUrl copy = settings.role().answersRequests() ? settings.replica() : null;
        HikariDataSource replica = copy == null ? null : DatabasePool.openReplica(copy, settings.pool(), meters);
        if (replica != null) {
            started("connection pool of the replica", replica);
        }
        Settings.Bucket files = settings.role().serves() ? settings.bucket() : null;
        S3BlobStore bucket = files == null ? null : Buckets.open(files);
        if (bucket != null) {
            started("bucket", bucket);
            readiness.add(Dependencies.files(bucket));
        }
        InsightDesk made = HelpDesk.build(settings, pool, replica, bucket, mode, meters, observations(), development);
        started("InsightDesk", made);
        return made;
    }

    private DevelopmentServices startDevelopment(Summary summary) {
        try {
            Files.createDirectories(directory());
        } catch (IOException e) {
            throw new UncheckedIOException(directory() + " cannot be made: " + e.getMessage(), e);
        }
        DevelopmentServices local = DevelopmentServices.start(settings, summary);
        development = local;
        started("development servers", local);
        return local;
    }

    private void started(String name, AutoCloseable part) {
        parts.push(new Part(name, part));
    }

    /** The address of this machine for itself. */
    String url() {
        return "http://localhost:" + requireNonNull(main, "main").port();
    }

    /** Where health and metrics are. */
    int managementPort() {
        return requireNonNull(management == null ? main : management, "management")
                .port();
    }

    /** The page that shows the mail that was sent; null if there is none, or none is known. */
    @Nullable URI catcherUrl() {
        DevelopmentServices local = development;
        if (local == null) {
            return null;
        }
        return settings.smtp() == null
                ? local.catcher().httpUrl()
                : settings.development().catcherUrl();
    }

    /** Where mail goes, for people. */
    String mailGoesTo() {
        URI page = catcherUrl();
        Settings.Smtp smtp = settings.smtp();
        return page != null ? page.toString() : smtp == null ? "nowhere" : smtp.host() + ":" + smtp.port() + " (SMTP)";
    }

    Path directory() {
        return settings.development().directory();
    }

    int smtpPort() {
        return requireNonNull(intake, "intake").port();
    }

    DevelopmentToken token() {
        return requireNonNull(token, "token");
    }

    DevelopmentServices development() {
        return requireNonNull(development, "development");
    }

    /**
     * Says that the server is not ready any more, and goes on answering until load balancers have noticed; then stops. To be
     * called when the process is told to end.
     */
    void drain() {
        state.drain();
        Duration delay = settings.stopping().delay();
        if (!delay.isZero()) {
            log.info("Told to stop: not ready any more; requests are answered for another {}", delay);
            try {
                TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        close();
        log.info("Stopped");
    }

    @Override
    public void close() {
        state.drain();
        while (!parts.isEmpty()) {
            Part last = parts.pop();
            try {
                last.part().close();
            } catch (Exception e) {
                // The other parts are to be stopped all the same.
                log.warn("Could not stop in order: {}", last.name(), e);
            }
        }
    }
}
