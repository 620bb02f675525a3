package io.insightdesk.devenv.junit;

import io.insightdesk.devenv.servers.DevEnvironment;
import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The servers of this JVM's tests, each started when it is first needed. Thread-safe. */
final class SharedServers implements AutoCloseable {
    private static final Object USERS = new Object();
    private static @Nullable SharedServers ofThisJvm;
    private static int users;

    private final Map<Key, Lazy<DevEnvironment>> environments = new ConcurrentHashMap<>();
    private final Map<Mode, Lazy<ClassDatabases>> databases = new ConcurrentHashMap<>();
    private final BitSet valkeyDatabases = new BitSet();
    private final Closings atEnd = new Closings();

    /** One environment per server, so that a class that needs one waits for no other. */
    private record Key(Service service, Mode mode) {}

    SharedServers() {
        // The first belongs to nobody: a client that chooses none gets it.
        valkeyDatabases.set(0);
    }

    /** Takes part in the servers of this JVM, which stop when the last who did so has closed the answer. */
    static Lease lease() {
        synchronized (USERS) {
            SharedServers servers = ofThisJvm;
            if (servers == null) {
                servers = new SharedServers();
                ofThisJvm = servers;
            }
            users++;
            return new Lease(servers);
        }
    }

    /** One run of the test engine. */
    @SuppressWarnings("deprecation") // JUnit before 5.13 closes nothing else.
    static final class Lease implements AutoCloseable, ExtensionContext.Store.CloseableResource {
        private final SharedServers servers;

        private Lease(SharedServers servers) {
            this.servers = servers;
        }

        SharedServers servers() {
            return servers;
        }

        @Override
        public void close() {
            synchronized (USERS) {
                users--;
                if (users == 0) {
                    ofThisJvm = null;
                    servers.close();
                }
            }
        }
    }

    PostgresEndpoint postgres(Mode mode) {
        return environment(Service.POSTGRES, mode).postgres();
    }

    ValkeyEndpoint valkey(Mode mode) {
        return environment(Service.VALKEY, mode).valkey();
    }

    S3Endpoint s3(Mode mode) {
        return environment(Service.MINIO, mode).s3();
    }

    private DevEnvironment environment(Service service, Mode mode) {
        return environments
                .computeIfAbsent(
                        new Key(service, mode),
                        key -> new Lazy<>(() -> DevEnvironment.builder()
                                .mode(mode)
                                .with(service)
                                .start()))
                .get();
    }

    /** Returns the maker of databases on the server of that mode. */
    ClassDatabases databases(Mode mode) {
        return databases
                .computeIfAbsent(mode, key -> new Lazy<>(() -> new ClassDatabases(postgres(mode))))
                .get();
    }

    /** Returns the servers that run. */
    Set<Service> started() {
        Set<Service> started = EnumSet.noneOf(Service.class);
        environments.forEach((key, environment) -> {
            if (environment.made().isPresent()) {
                started.add(key.service());
            }
        });
        return started;
    }

    /** Hands out the number of a logical database that nobody has; {@link #giveBackValkeyDatabase} takes it back. */
    int takeValkeyDatabase() {
        synchronized (valkeyDatabases) {
            int number = valkeyDatabases.nextClearBit(0);
            if (number >= ValkeyEndpoint.DATABASES) {
                throw new DevEnvironmentException("All " + (ValkeyEndpoint.DATABASES - 1)
                        + " logical databases of Valkey are taken by test classes that have not ended. Let fewer classes run"
                        + " at the same time (junit.jupiter.execution.parallel.config.fixed.parallelism), or do not let"
                        + " them keep what they have (allowOpenConnections).");
            }
            valkeyDatabases.set(number);
            return number;
        }
    }

    void giveBackValkeyDatabase(int number) {
        synchronized (valkeyDatabases) {
            valkeyDatabases.clear(number);
        }
    }

    /** Does something right before the servers stop. */
    void atEnd(Runnable closing) {
        synchronized (atEnd) {
            atEnd.add(closing);
        }
    }

    @Override
    public void close() {
        try (Closings all = new Closings()) {
            environments.values().forEach(environment -> environment.made().ifPresent(made -> all.add(made::close)));
            databases.values().forEach(maker -> maker.made().ifPresent(made -> all.add(made::close)));
            synchronized (atEnd) {
                all.add(atEnd::close);
            }
        }
    }
}
