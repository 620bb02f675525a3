package io.insightdesk.devenv.servers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers that were started together, and stop together. Thread-safe. */
final class RunningServers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningServers.class);

    private final Endpoints endpoints;
    private final Deque<AutoCloseable> parts;

    private RunningServers(Endpoints endpoints, Deque<AutoCloseable> parts) {
        this.endpoints = endpoints;
        this.parts = parts;
    }

    /** Starts all servers of the plan at the same time; if one fails, the others are stopped. */
    static RunningServers start(Plan plan, Servers servers) {
        Map<Service, FutureTask<Started<?>>> starting = new EnumMap<>(Service.class);
        plan.services().forEach(service -> {
            Callable<Started<?>> start = switch (service) {
                case POSTGRES -> servers::postgres;
                case VALKEY -> servers::valkey;
                case MINIO -> () -> s3(plan, servers);
                case MAILHOG -> servers::mail;
            };
            starting.put(service, inThread(service, start));
        });
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        Map<Service, Object> found = new EnumMap<>(Service.class);
        List<RuntimeException> failures = new ArrayList<>();
        starting.forEach((service, task) -> {
            try {
                Started<?> started = task.get();
                parts.push(started.server());
                found.put(service, started.endpoint());
            } catch (ExecutionException e) {
                failures.add(failure(service, e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(new DevEnvironmentException("Interrupted while starting " + service.key(), e));
            }
        });
        RunningServers running = new RunningServers(
                new Endpoints(
                        (PostgresEndpoint) found.get(Service.POSTGRES),
                        (ValkeyEndpoint) found.get(Service.VALKEY),
                        (S3Endpoint) found.get(Service.MINIO),
                        (MailEndpoint) found.get(Service.MAILHOG)),
                parts);
        if (!failures.isEmpty()) {
            running.close();
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
        return running;
    }

    private static Started<S3Endpoint> s3(Plan plan, Servers servers) {
        S3Endpoint external = plan.externalS3();
        if (external == null) {
            return servers.s3();
        }
        S3Buckets.create(external);
        return new Started<>(external, () -> LOG.debug("Left {} alone", external.uri()));
    }

    private static FutureTask<Started<?>> inThread(Service service, Callable<Started<?>> start) {
        FutureTask<Started<?>> task = new FutureTask<>(start);
        Thread thread = new Thread(task, "insightdesk-devenv-" + service.key());
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static RuntimeException failure(Service service, @Nullable Throwable cause) {
        return cause instanceof RuntimeException known
                ? known
                : new DevEnvironmentException(service.key() + " did not start: " + cause, cause);
    }

    Endpoints endpoints() {
        return endpoints;
    }

    @Override
    public void close() {
        synchronized (parts) {
            while (!parts.isEmpty()) {
                try {
                    parts.pop().close();
                } catch (Exception e) {
                    // The others are to be stopped all the same.
                    LOG.warn("A server did not stop in order", e);
                }
            }
        }
    }
}
