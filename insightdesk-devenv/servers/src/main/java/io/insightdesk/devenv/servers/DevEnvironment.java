package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, Valkey, an S3 server and a mail catcher for development and tests, started by one line and with nothing to
 * configure:
 *
 * <pre>{@code
 * try (DevEnvironment environment = DevEnvironment.builder().start()) {
 *     DataSource dataSource = environment.dataSource();
 * }
 * }</pre>
 *
 * <p>They run in containers where an engine answers, else embedded on this machine; {@link #reason} says which and why. The
 * environment is ready when it is returned: each server has answered a real request. It ends with {@link #close}, or with
 * this process.
 *
 * <p>Whatever the builder leaves open can be said outside the code, by a system property or an environment variable:
 *
 * <table>
 * <caption>Overrides, for POSTGRES in the place of any service</caption>
 * <tr><th>variable</th><th>property</th><th>says</th></tr>
 * <tr><td>INSIGHTDESK_DEVENV_MODE</td><td>insightdesk.devenv.mode</td><td>docker, embedded or auto</td></tr>
 * <tr><td>INSIGHTDESK_DEVENV_POSTGRES_IMAGE</td><td>insightdesk.devenv.postgres.image</td><td>the image</td></tr>
 * <tr><td>INSIGHTDESK_DEVENV_POSTGRES_PORT</td><td>insightdesk.devenv.postgres.port</td><td>the port on this machine</td></tr>
 * <tr><td>INSIGHTDESK_DEVENV_S3_URL</td><td>insightdesk.devenv.s3.url</td><td>an S3 server to use instead of one started:
 * {@code http://key:secret@host:9000/bucket?region=us-east-1}</td></tr>
 * </table>
 *
 * <p>Thread-safe. Whoever starts an environment closes it.
 *
 * @since 0.1.0
 */
public final class DevEnvironment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DevEnvironment.class);

    private final Mode mode;
    private final String reason;
    private final RunningServers servers;
    private final Thread closeAtExit;

    private DevEnvironment(Mode mode, String reason, RunningServers servers) {
        this.mode = mode;
        this.reason = reason;
        this.servers = servers;
        this.closeAtExit = new Thread(servers::close, "insightdesk-devenv-close");
    }

    /** Returns a builder; its defaults give all four servers on free ports, whose data go with them. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns how the servers run: {@link Mode#DOCKER} or {@link Mode#EMBEDDED}. */
    public Mode mode() {
        return mode;
    }

    /** Returns in one line how the servers run and why. */
    public String reason() {
        return reason;
    }

    /** Returns where the servers are. */
    public Endpoints endpoints() {
        return servers.endpoints();
    }

    /** Returns which servers there are. */
    public Set<Service> services() {
        return endpoints().services();
    }

    /**
     * Returns where the database is.
     *
     * @throws IllegalStateException if no PostgreSQL was asked for
     */
    public PostgresEndpoint postgres() {
        return asked(endpoints().postgres(), Service.POSTGRES);
    }

    /**
     * Returns where the Valkey is.
     *
     * @throws IllegalStateException if no Valkey was asked for
     */
    public ValkeyEndpoint valkey() {
        return asked(endpoints().valkey(), Service.VALKEY);
    }

    /**
     * Returns where the S3 server is; its bucket exists.
     *
     * @throws IllegalStateException if no S3 server was asked for
     */
    public S3Endpoint s3() {
        return asked(endpoints().s3(), Service.MINIO);
    }

    /**
     * Returns where mail is caught and shown.
     *
     * @throws IllegalStateException if no mail catcher was asked for
     */
    public MailEndpoint mail() {
        return asked(endpoints().mail(), Service.MAILHOG);
    }

    private static <T> T asked(@Nullable T endpoint, Service service) {
        if (endpoint == null) {
            throw new IllegalStateException("This environment has no " + service.key()
                    + ": add DevEnvironment.Builder.with(Service." + service.name() + ").");
        }
        return endpoint;
    }

    /**
     * Returns a data source without a pool for the database.
     *
     * @throws IllegalStateException if no PostgreSQL was asked for
     */
    public DataSource dataSource() {
        return postgres().dataSource();
    }

    /** Returns the settings of a server that uses these, as {@link Endpoints#environment()}. */
    public Map<String, String> environment() {
        return endpoints().environment();
    }

    /**
     * Stops the servers. Data that are not kept are deleted; containers of a {@linkplain Builder#stack stack} stay. Can be
     * called twice.
     */
    @Override
    public void close() {
        servers.close();
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down, and the hook with it.
            LOG.trace("Closed while the JVM ends", e);
        }
    }

    @Override
    public String toString() {
        return "DevEnvironment[" + reason + ", " + services() + "]";
    }

    /**
     * What a {@link DevEnvironment} is to have. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final Overrides overrides = Overrides.ofThisProcess();
        private final Set<Service> services = EnumSet.noneOf(Service.class);
        private final Map<Service, String> images = new EnumMap<>(Service.class);
        private final Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);
        private Mode mode = Mode.AUTO;
        private boolean wellKnownPorts;
        private @Nullable Path data;
        private @Nullable S3Endpoint externalS3;
        private @Nullable String stack;
        private Consumer<String> progress = line -> LOG.info("{}", line);

        private Builder() {}

        /** Says how the servers run; the default is {@link Mode#AUTO}, and only that gives way to an override. */
        public Builder mode(Mode how) {
            this.mode = requireNonNull(how, "how");
            return this;
        }

        /** Has these servers, in addition to those of other calls; without a call it has all. */
        public Builder with(Service first, Service... more) {
            services.add(requireNonNull(first, "first"));
            services.addAll(List.of(more));
            return this;
        }

        /**
         * Runs a service from this image. It has to understand the settings of the one that it replaces: for MailHog that
         * is also Mailpit, for MinIO a fork of it.
         */
        public Builder image(Service service, String image) {
            images.put(requireNonNull(service, "service"), Images.resolved(requireNonNull(image, "image")));
            return this;
        }

        /** Listens on this port of the machine; 0, the default, takes any free one. */
        public Builder port(ServerPort port, int number) {
            if (number < 0 || number > 65535) {
                throw new IllegalArgumentException("A port is 0 to 65535, not " + number);
            }
            ports.put(requireNonNull(port, "port"), number);
            return this;
        }

        /** Listens on the {@linkplain ServerPort#wellKnown well-known ports}, where no other was chosen. */
        public Builder wellKnownPorts() {
            this.wellKnownPorts = true;
            return this;
        }

        /**
         * Keeps the data over {@link DevEnvironment#close} and crashes: embedded servers in this directory, containers in
         * named volumes that are named after it. MailHog's mails are not kept in a container.
         */
        public Builder keepData(Path directory) {
            this.data = requireNonNull(directory, "directory").toAbsolutePath().normalize();
            return this;
        }

        /** Uses this S3 server instead of starting one; its bucket is made if need be. */
        public Builder s3(S3Endpoint external) {
            this.externalS3 = requireNonNull(external, "external");
            return this;
        }

        /**
         * Tells {@code listener} in one line each what takes long: an image that is pulled, a server that starts. It is
         * called from several threads. The default logs.
         */
        public Builder progress(Consumer<String> listener) {
            this.progress = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Gives the containers names that begin with {@code name} and lets them outlive this process; the next start under
         * that name finds them again. They carry the labels {@code io.insightdesk.devenv.stack} and
         * {@code io.insightdesk.devenv.service}. Needs {@code TESTCONTAINERS_REUSE_ENABLE=true}. Embedded servers are not
         * affected.
         */
        public Builder stack(String name) {
            if (!name.matches("[a-z0-9][a-z0-9_.-]{0,62}")) {
                throw new IllegalArgumentException(
                        "A stack's name has up to 63 of a-z, 0-9, '_', '.' and '-', beginning with a letter or digit: "
                                + name);
            }
            this.stack = name;
            return this;
        }

        /**
         * Starts the servers, all at the same time, and returns when each has answered. If one fails, the others are
         * stopped. In {@link Mode#AUTO} they run embedded also where an engine answers but the images cannot be had, unless
         * one was named.
         *
         * @throws DevEnvironmentException if the environment cannot be had so; the message says what to do
         * @throws PortTakenException if a port was chosen and something listens on it
         */
        public DevEnvironment start() {
            Mode wanted =
                    mode == Mode.AUTO ? overrides.find("MODE").map(Mode::of).orElse(mode) : mode;
            Plan plan = plan();
            ModeChoice choice = ModeChoice.make(wanted);
            LOG.info("Development environment: {}", choice.reason());
            URI engine = choice.engine();
            Servers servers = engine == null ? new EmbeddedServers(plan) : new ContainerServers(plan, engine);
            try {
                servers.prepare();
            } catch (DevEnvironmentException e) {
                if (wanted != Mode.AUTO || !mayBeEmbedded(plan)) {
                    throw e;
                }
                choice = ModeChoice.embeddedAlthough(String.valueOf(e.getMessage()));
                LOG.warn("Development environment: {}", choice.reason());
                servers = new EmbeddedServers(plan);
                servers.prepare();
            }
            RunningServers running = RunningServers.start(plan, servers);
            DevEnvironment environment = new DevEnvironment(choice.mode(), choice.reason(), running);
            Runtime.getRuntime().addShutdownHook(environment.closeAtExit);
            return environment;
        }

        /** Whoever named an image wants to know that it is missing. */
        private boolean mayBeEmbedded(Plan plan) {
            boolean named = !images.isEmpty()
                    || plan.services().stream()
                            .anyMatch(service ->
                                    overrides.find(service.name() + "_IMAGE").isPresent());
            return !named && EmbeddedServers.missing(plan.services()).isEmpty();
        }

        private Plan plan() {
            Set<Service> chosen = services.isEmpty() ? EnumSet.allOf(Service.class) : EnumSet.copyOf(services);
            Map<Service, String> allImages = new EnumMap<>(Service.class);
            chosen.forEach(service -> allImages.put(
                    service, Optional.ofNullable(images.get(service)).orElseGet(() -> Images.of(service))));
            Map<ServerPort, Integer> allPorts = new EnumMap<>(ServerPort.class);
            for (ServerPort port : ServerPort.values()) {
                Integer number = ports.get(port);
                allPorts.put(port, number != null ? number : portFromOutside(port));
            }
            S3Endpoint s3 = externalS3 != null
                    ? externalS3
                    : overrides.find("S3_URL").map(S3Endpoint::parse).orElse(null);
            return new Plan(chosen, allImages, allPorts, data, s3, progress, stack);
        }

        private int portFromOutside(ServerPort port) {
            Optional<String> said = overrides.find(port.name() + "_PORT");
            if (said.isEmpty()) {
                return wellKnownPorts ? port.wellKnown() : 0;
            }
            try {
                int number = Integer.parseInt(said.get());
                if (number >= 0 && number <= 65535) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Falls through to the one message for both.
                LOG.trace("Not a number", e);
            }
            throw new DevEnvironmentException(
                    port.variable() + " is «" + said.get() + "»; a port is a number from 0 (any free one) to 65535.");
        }
    }
}
