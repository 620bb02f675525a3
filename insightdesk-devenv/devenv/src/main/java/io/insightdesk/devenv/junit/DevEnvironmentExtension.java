package io.insightdesk.devenv.junit;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import io.insightdesk.tenant.TenantId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * Gives test classes a help desk and real servers. Used by {@link DevEnvironmentTest} on the class, or registered in a static
 * field where code outside of test methods needs the values:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final DevEnvironmentExtension ENVIRONMENT = DevEnvironmentExtension.builder().migrated(false).build();
 * }</pre>
 *
 * <p>Constructors, {@code @BeforeAll}, {@code @BeforeEach}, test and {@code @After…} methods take by type:
 *
 * <table>
 *   <caption>What a parameter gets</caption>
 *   <tr><th>type</th><th>what it is</th></tr>
 *   <tr><td>{@link DataSource}</td><td>the class's database, as a superuser; without a pool, so that every connection is a
 *       new one and none is kept</td></tr>
 *   <tr><td>{@link PostgresEndpoint}</td><td>the class's database, for those who make a data source or a pool themselves</td></tr>
 *   <tr><td>{@link InsightDesk}</td><td>a help desk on that database, which sends its mail to the class's mail catcher and
 *       goes by the class's clock; its workers are not started: {@code insightDesk.workers().runDue()} does what is due</td></tr>
 *   <tr><td>{@link TenantId}</td><td>a tenant of that help desk</td></tr>
 *   <tr><td>{@link Desk}</td><td>that tenant's desk for the system, which may do everything</td></tr>
 *   <tr><td>{@link MailCatcher}</td><td>a mailbox of the class's own, inside this JVM whatever the mode, which can also
 *       refuse and fail on purpose; {@code awaitMail} is the assertion</td></tr>
 *   <tr><td>{@link MutableClock}</td><td>the clock of that help desk; it stands at the time at which it was first asked for
 *       until it is moved</td></tr>
 *   <tr><td>{@link ValkeyEndpoint}</td><td>an empty logical database of the shared Valkey. Channels of publish and subscribe
 *       know no databases: put the number into their names</td></tr>
 *   <tr><td>{@link S3Endpoint}</td><td>an empty bucket of the shared S3 server</td></tr>
 * </table>
 *
 * <p>A server starts when a class first asks for something of it, is shared by all classes of the JVM, and stops with the last
 * of them. Everything else in the table is made when the class first asks for it, is the same for all its tests and nested
 * classes, and is dropped, emptied or closed after the class. The database is a copy of one that is migrated once per JVM,
 * which takes a few dozen milliseconds.
 *
 * <p>A class that leaves a connection or a transaction on its database open fails, and is told which, unless it
 * {@linkplain DevEnvironmentTest#allowOpenConnections() says that this is meant}.
 *
 * <p>Thread-safe: classes and methods may run in parallel. Works with JUnit 5.12 and newer.
 *
 * @since 0.1.0
 */
public final class DevEnvironmentExtension
        implements BeforeAllCallback, AfterAllCallback, TestInstancePreConstructCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(DevEnvironmentExtension.class);

    private static final Map<Class<?>, Function<ClassResources, Object>> BY_TYPE = Map.of(
            DataSource.class, ClassResources::dataSource,
            PostgresEndpoint.class, ClassResources::postgres,
            InsightDesk.class, ClassResources::insightDesk,
            TenantId.class, ClassResources::tenant,
            Desk.class, ClassResources::desk,
            MailCatcher.class, ClassResources::mailCatcher,
            MutableClock.class, ClassResources::clock,
            ValkeyEndpoint.class, ClassResources::valkey,
            S3Endpoint.class, ClassResources::s3);

    private final @Nullable Settings settings;

    /** The classes that run with this very object; more than one if a field of a base class holds it. */
    private final Set<ClassResources> active = ConcurrentHashMap.newKeySet();

    /** Makes the extension that {@link DevEnvironmentTest} stands for; JUnit calls it. */
    public DevEnvironmentExtension() {
        this.settings = null;
    }

    private DevEnvironmentExtension(Settings settings) {
        this.settings = settings;
    }

    /** Returns a builder whose defaults are those of {@link DevEnvironmentTest}. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        activate(context).start();
    }

    /** An object that is made before {@link #beforeAll} comes may ask this one already. */
    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
        var unused = activate(context);
    }

    private ClassResources activate(ExtensionContext context) {
        ClassResources resources = resources(context);
        if (settings != null) {
            active.add(resources);
        }
        return resources;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        boolean nested = context.getParent()
                .map(parent -> parent.getStore(NAMESPACE).get(ClassResources.class))
                .isPresent();
        if (!nested) {
            active.remove(resources(context));
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return BY_TYPE.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return requireNonNull(BY_TYPE.get(parameter.getParameter().getType()), "type")
                .apply(resources(context));
    }

    /** Those of the class or of a class around it, which go with the store that holds them. */
    private ClassResources resources(ExtensionContext context) {
        SharedServers servers = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        SharedServers.Lease.class, key -> SharedServers.lease(), SharedServers.Lease.class)
                .servers();
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        ClassResources.class,
                        key -> new ClassResources(
                                context.getRequiredTestClass(),
                                settings == null ? Settings.of(context) : settings,
                                servers),
                        ClassResources.class);
    }

    private ClassResources current() {
        List<ClassResources> classes = List.copyOf(active);
        if (classes.size() == 1) {
            return classes.get(0);
        }
        if (classes.isEmpty()) {
            throw new IllegalStateException("No test class runs with this extension now. Hold it in a static field with"
                    + " @RegisterExtension, and ask it from @BeforeAll to @AfterAll.");
        }
        throw new IllegalStateException("Several test classes run with this extension at the same time: "
                + classes.stream().map(ClassResources::testClass).sorted().collect(Collectors.joining(", "))
                + ". Let them take what they need as parameters.");
    }

    /**
     * Returns the running class's database without a pool, as a superuser.
     *
     * @throws IllegalStateException if no class, or more than one, runs with this extension; so do the other accessors
     */
    public DataSource dataSource() {
        return current().dataSource();
    }

    /** Returns where the running class's database is. */
    public PostgresEndpoint postgres() {
        return current().postgres();
    }

    /** Returns the running class's help desk; the extension closes it. */
    public InsightDesk insightDesk() {
        return current().insightDesk();
    }

    /** Returns the running class's tenant. */
    public TenantId tenant() {
        return current().tenant();
    }

    /** Returns the desk of the running class's tenant, for the system. */
    public Desk desk() {
        return current().desk();
    }

    /** Returns the running class's mailbox; the extension closes it. */
    public MailCatcher mailCatcher() {
        return current().mailCatcher();
    }

    /** Returns the clock of the running class's help desk. */
    public MutableClock clock() {
        return current().clock();
    }

    /** Returns the running class's logical database of the shared Valkey. */
    public ValkeyEndpoint valkey() {
        return current().valkey();
    }

    /** Returns the running class's bucket on the shared S3 server. */
    public S3Endpoint s3() {
        return current().s3();
    }

    /**
     * What a test class wants. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private Mode mode = Mode.AUTO;
        private final Set<Service> services = EnumSet.noneOf(Service.class);
        private boolean migrated = true;
        private boolean allowOpenConnections;
        private Consumer<InsightDesk.Builder> insightDesk = builder -> {};

        private Builder() {}

        /** Sets how the servers run, as {@link DevEnvironmentTest#mode()} does. */
        public Builder mode(Mode value) {
            this.mode = requireNonNull(value, "value");
            return this;
        }

        /** Adds servers that are to run before the first test, as {@link DevEnvironmentTest#services()} does. */
        public Builder services(Service... values) {
            services.addAll(List.of(values));
            return this;
        }

        /** Says whether the database has the library's schema, as {@link DevEnvironmentTest#migrated()} does. */
        public Builder migrated(boolean value) {
            this.migrated = value;
            return this;
        }

        /** Lets connections outlive the class, as {@link DevEnvironmentTest#allowOpenConnections()} does. */
        public Builder allowOpenConnections(boolean value) {
            this.allowOpenConnections = value;
            return this;
        }

        /**
         * Configures the injected help desk further: with listeners, say. It is called once per class, after the database,
         * the clock and the mail transport have been set.
         */
        public Builder insightDesk(Consumer<InsightDesk.Builder> configuration) {
            this.insightDesk = requireNonNull(configuration, "configuration");
            return this;
        }

        /** Returns the extension, to be held in a static field with {@code @RegisterExtension}. */
        public DevEnvironmentExtension build() {
            return new DevEnvironmentExtension(
                    new Settings(mode, services, migrated, allowOpenConnections, insightDesk));
        }
    }
}
