package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.devenv.seed.DemoTenant;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.Secret;
import io.insightdesk.storage.FileSystemBlobStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server with all its parts. Thread-safe; whoever starts it closes it, which stops the parts in the reverse order. */
final class StandaloneServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StandaloneServer.class);

    private final Settings settings;
    private final Deque<Part> parts = new ArrayDeque<>();
    private @Nullable DataSource dataSource;
    private @Nullable HttpServer http;
    private @Nullable DevelopmentServices development;
    private @Nullable MailIntake intake;
    private @Nullable DevelopmentToken token;

    /** Something that was started and has to be stopped. */
    private record Part(String name, AutoCloseable part) {}

    private StandaloneServer(Settings settings) {
        this.settings = settings;
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
            server.insightDesk(
                    new Summary(System.out),
                    MigrationMode.MIGRATE,
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
            log.info("The schema is that of this release");
        }
    }

    /** Verifies the audit trails of all tenants; answers whether they are intact. */
    static boolean verifyAudit(Settings settings, PrintStream out) {
        try (StandaloneServer server = new StandaloneServer(settings)) {
            InsightDesk insightDesk = server.insightDesk(
                    new Summary(out), MigrationMode.VALIDATE, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
            return new AuditTrails(insightDesk, out).verify();
        }
    }

    private void startParts(Summary summary) {
        settings.reserved().forEach(name -> log.warn("{} is set, but this release does not use it yet", name));
        FreePorts.require(wantedPorts());
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        meters.config().namingConvention(new MetricNames());
        started("metrics", meters::close);
        new JvmMemoryMetrics().bindTo(meters);
        InsightDesk insightDesk = insightDesk(summary, migrationMode(), meters);
        DemoTenant demo = settings.inDevelopment() ? demo(insightDesk, summary) : null;
        if (settings.role().works()) {
            insightDesk.workers().start();
            started("workers", () -> insightDesk.workers().stop(settings.shutdownGrace()));
        }
        HttpServer web = HttpServer.start(settings, insightDesk, catcherUrl());
        http = web;
        started("HTTP", web);
        if (demo != null && settings.role().answersRequests()) {
            MailIntake smtp =
                    MailIntake.start(insightDesk, settings.development().smtpPort());
            intake = smtp;
            started("SMTP", smtp);
            token = DevelopmentToken.provide(insightDesk, demo.tenant(), demo.admin(), directory(), url());
            summary.ready(this, requireNonNull(token), smtp.port(), DemoTenant.MAILBOX);
        } else {
            log.info("The server is ready as {} on port {}", settings.role().wireName(), web.port());
        }
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
        ports.add(new FreePorts.Wanted(
                Setting.PORT, "HTTP", settings.http().host(), settings.http().port()));
        if (settings.inDevelopment()) {
            Settings.Development own = settings.development();
            String host = "127.0.0.1";
            ports.add(new FreePorts.Wanted(Setting.INSIGHTDESK_SMTP_PORT, "incoming mail", host, own.smtpPort()));
            if (settings.smtp() == null) {
                ports.add(new FreePorts.Wanted(
                        Setting.MAIL_CATCHER_HTTP_PORT, "the mail catcher's page", host, own.catcherHttpPort()));
                ports.add(new FreePorts.Wanted(
                        Setting.MAIL_CATCHER_SMTP_PORT, "the mail catcher", host, own.catcherSmtpPort()));
            }
        }
        return ports;
    }

    /** In production one process migrates, before the others come; a server that does everything is alone. */
    private MigrationMode migrationMode() {
        return settings.environment().serious() && settings.role() != ServerRole.ALL
                ? MigrationMode.VALIDATE
                : MigrationMode.MIGRATE;
    }

    private InsightDesk insightDesk(Summary summary, MigrationMode mode, PrometheusMeterRegistry meters) {
        DatabaseUrl database = settings.database();
        if (settings.inDevelopment()) {
            DevelopmentServices local = startDevelopment(summary);
            database = database == null ? local.database() : database;
        }
        HikariDataSource pool = pool(requireNonNull(database, "database"), meters);
        dataSource = pool;
        started("connection pool", pool);
        InsightDesk.Builder builder = InsightDesk.builder()
                .dataSource(pool)
                .migrate(mode)
                .meterRegistry(meters)
                .stopGrace(settings.shutdownGrace());
        Path blobs = settings.blobDirectory();
        if (blobs != null) {
            builder.blobStore(new FileSystemBlobStore(blobs));
        }
        Secret valkey = settings.valkey();
        if (valkey != null) {
            builder.valkey(valkey.reveal());
        }
        List<EncryptionKey> keys = settings.encryptionKeys();
        if (keys.isEmpty() && settings.inDevelopment()) {
            keys = List.of(DevelopmentKey.provide(directory()));
        }
        if (!keys.isEmpty()) {
            builder.encryptionKeys(
                    EncryptionKeys.of(keys.get(0), keys.subList(1, keys.size()).toArray(EncryptionKey[]::new)));
        }
        OutgoingMail.configure(builder, settings, development);
        OwnLogin.configure(builder, settings);
        InsightDesk made = builder.build();
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

    private HikariDataSource pool(DatabaseUrl database, PrometheusMeterRegistry meters) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("insightdesk");
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        Secret password = database.password();
        if (password != null) {
            config.setPassword(password.reveal());
        }
        config.setMinimumIdle(settings.pool().min());
        config.setMaximumPoolSize(settings.pool().max());
        // The library says what is wrong with the database, and the readiness check goes on saying it.
        config.setInitializationFailTimeout(-1);
        config.setMetricRegistry(meters);
        HikariDataSource pool = new HikariDataSource(config);
        HikariPoolMXBean counts = pool.getHikariPoolMXBean();
        poolSize(meters, "active", counts, HikariPoolMXBean::getActiveConnections);
        poolSize(meters, "idle", counts, HikariPoolMXBean::getIdleConnections);
        poolSize(meters, "waiting", counts, HikariPoolMXBean::getThreadsAwaitingConnection);
        return pool;
    }

    private static void poolSize(
            MeterRegistry meters, String state, HikariPoolMXBean counts, ToDoubleFunction<HikariPoolMXBean> count) {
        Gauge.builder("insightdesk.db.pool.size", counts, count)
                .description("Connections of the pool by state, and threads that wait for one.")
                .tag("state", state)
                .register(meters);
    }

    private void started(String name, AutoCloseable part) {
        parts.push(new Part(name, part));
    }

    /** The address of this machine for itself. */
    String url() {
        return "http://localhost:" + requireNonNull(http, "http").port();
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

    @Override
    public void close() {
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
