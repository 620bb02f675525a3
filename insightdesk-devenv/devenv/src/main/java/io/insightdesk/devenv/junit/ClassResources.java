package io.insightdesk.devenv.junit;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Buckets;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import io.insightdesk.event.Actor;
import io.insightdesk.mail.SmtpMailTransport;
import io.insightdesk.mail.SmtpSecurity;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What one test class has, each thing made when it is first asked for and kept until the class ends. Thread-safe. */
@SuppressWarnings("deprecation") // JUnit before 5.13 closes nothing else.
final class ClassResources implements AutoCloseable, ExtensionContext.Store.CloseableResource {
    private static final int MAX_NAME = 40;

    private final String testClass;
    private final String name;
    private final Settings settings;
    private final SharedServers servers;
    private final Closings closings = new Closings();
    private boolean closed;

    private @Nullable PostgresEndpoint postgres;
    private @Nullable ValkeyEndpoint valkey;
    private @Nullable S3Endpoint s3;
    private @Nullable MailCatcher mailCatcher;
    private @Nullable MutableClock clock;
    private @Nullable InsightDesk insightDesk;
    private @Nullable TenantId tenant;

    ClassResources(Class<?> testClass, Settings settings, SharedServers servers) {
        this.testClass = testClass.getName();
        this.settings = settings;
        this.servers = servers;
        String simple = testClass.getSimpleName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        this.name = "test_" + simple.substring(0, Math.min(simple.length(), MAX_NAME)) + "_"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    String testClass() {
        return testClass;
    }

    /** Starts the servers that the class wants to run before its first test. */
    void start() {
        for (Service service : settings.services()) {
            Object unused = switch (service) {
                case POSTGRES -> postgres();
                case VALKEY -> valkey();
                case MINIO -> s3();
                case MAILHOG -> mailCatcher();
            };
        }
    }

    synchronized PostgresEndpoint postgres() {
        requireOpen();
        PostgresEndpoint known = postgres;
        if (known == null) {
            ClassDatabases databases = servers.databases(settings.mode());
            known = settings.migrated() ? databases.createMigrated(name) : databases.createEmpty(name);
            postgres = known;
            closings.add(() -> endDatabase(databases));
        }
        return known;
    }

    private void endDatabase(ClassDatabases databases) {
        List<OpenSession> left = settings.allowOpenConnections() ? List.of() : databases.leftOpen(name);
        databases.drop(name);
        if (!left.isEmpty()) {
            throw new AssertionError(OpenSession.complaint(testClass, left));
        }
    }

    DataSource dataSource() {
        return postgres().dataSource();
    }

    synchronized ValkeyEndpoint valkey() {
        requireOpen();
        ValkeyEndpoint known = valkey;
        if (known == null) {
            ValkeyEndpoint server = servers.valkey(settings.mode());
            int number = servers.takeValkeyDatabase();
            closings.add(() -> servers.giveBackValkeyDatabase(number));
            ValkeyEndpoint own = server.withDatabase(number);
            ValkeyDatabase.empty(own);
            closings.add(() -> ValkeyDatabase.empty(own));
            known = own;
            valkey = own;
        }
        return known;
    }

    synchronized S3Endpoint s3() {
        requireOpen();
        S3Endpoint known = s3;
        if (known == null) {
            S3Endpoint own = servers.s3(settings.mode()).withBucket(name.replace('_', '-'));
            S3Buckets.create(own);
            closings.add(() -> S3Buckets.delete(own));
            known = own;
            s3 = own;
        }
        return known;
    }

    synchronized MailCatcher mailCatcher() {
        requireOpen();
        MailCatcher known = mailCatcher;
        if (known == null) {
            known = MailCatcher.start();
            mailCatcher = known;
            closings.add(known::close);
        }
        return known;
    }

    synchronized MutableClock clock() {
        requireOpen();
        MutableClock known = clock;
        if (known == null) {
            // The database keeps microseconds, and its own now() shall not be far from this one.
            known = MutableClock.at(Clock.systemUTC().instant().truncatedTo(ChronoUnit.MICROS));
            clock = known;
        }
        return known;
    }

    synchronized InsightDesk insightDesk() {
        requireOpen();
        InsightDesk known = insightDesk;
        if (known == null) {
            InsightDesk.Builder builder = InsightDesk.builder()
                    .dataSource(dataSource())
                    // A copy of what this release has migrated needs no second look.
                    .migrate(settings.migrated() ? MigrationMode.NONE : MigrationMode.MIGRATE)
                    .clock(clock())
                    .mailTransport(SmtpMailTransport.builder("127.0.0.1")
                            .port(mailCatcher().smtpPort())
                            .security(SmtpSecurity.NONE)
                            .build());
            settings.insightDesk().accept(builder);
            known = builder.build();
            insightDesk = known;
            closings.add(known::close);
        }
        return known;
    }

    synchronized TenantId tenant() {
        requireOpen();
        TenantId known = tenant;
        if (known == null) {
            known = insightDesk().tenants().create(NewTenant.of("test", "Test")).id();
            tenant = known;
        }
        return known;
    }

    Desk desk() {
        return insightDesk().tenant(tenant()).as(Actor.system());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "The test class " + testClass + " has ended, and what it had is closed. Ask while its tests run.");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (settings.allowOpenConnections()) {
            servers.atEnd(closings::close);
        } else {
            closings.close();
        }
    }
}
