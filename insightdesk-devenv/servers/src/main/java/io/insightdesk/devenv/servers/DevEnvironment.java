package io.insightdesk.devenv.servers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Skeleton of the contract. */
public final class DevEnvironment implements AutoCloseable {
    private DevEnvironment() {}

    /** Returns a builder; its defaults give all four servers on free ports, whose data go with them. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns how the servers run: never {@link Mode#AUTO}. */
    public Mode mode() {
        throw new IllegalStateException("to come");
    }

    /** Returns in one line how the servers run and why. */
    public String reason() {
        throw new IllegalStateException("to come");
    }

    public Endpoints endpoints() {
        throw new IllegalStateException("to come");
    }

    public Set<Service> services() {
        return endpoints().services();
    }

    /** Throws IllegalStateException when the service was not asked for; so do the next three. */
    public PostgresEndpoint postgres() {
        throw new IllegalStateException("to come");
    }

    public ValkeyEndpoint valkey() {
        throw new IllegalStateException("to come");
    }

    public S3Endpoint s3() {
        throw new IllegalStateException("to come");
    }

    public MailEndpoint mail() {
        throw new IllegalStateException("to come");
    }

    public DataSource dataSource() {
        return postgres().dataSource();
    }

    public Map<String, String> environment() {
        return endpoints().environment();
    }

    /** Stops what was started; a stack's containers stay. */
    @Override
    public void close() {}

    public static final class Builder {
        public Builder mode(Mode mode) {
            return this;
        }

        public Builder with(Service first, Service... more) {
            return this;
        }

        public Builder image(Service service, String image) {
            return this;
        }

        public Builder port(ServerPort port, int number) {
            return this;
        }

        /** All ports are the well-known ones. */
        public Builder wellKnownPorts() {
            return this;
        }

        /** Keeps the data: embedded in this directory, containers in named volumes that are named after it. */
        public Builder keepData(Path directory) {
            return this;
        }

        /** Uses this S3 server instead of starting one; its bucket is made if need be. */
        public Builder s3(S3Endpoint external) {
            return this;
        }

        /** Told in one line each what takes long: images being pulled, the first unpacking. */
        public Builder progress(Consumer<String> listener) {
            return this;
        }

        /**
         * For the command: containers are named {@code <name>-postgres} and so on, labelled with
         * io.insightdesk.devenv.stack=name and io.insightdesk.devenv.service=key, outlive this process and close(), and
         * are found again by the next start of the same stack.
         */
        public Builder stack(String name) {
            return this;
        }

        /** DevEnvironmentException, PortTakenException. */
        public DevEnvironment start() {
            throw new IllegalStateException("to come");
        }
    }
}
