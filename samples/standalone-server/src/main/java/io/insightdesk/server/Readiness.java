package io.insightdesk.server;

import io.insightdesk.Health;
import io.insightdesk.Health.Check;
import io.insightdesk.Health.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Finds out whether this process can do its work: asks all it depends on at once, each with a time-out. Thread-safe. */
final class Readiness implements AutoCloseable {

    private final ServerState state;
    private final Duration timeout;
    private final ExecutorService threads;
    private final List<Dependency> dependencies = new ArrayList<>();
    private @Nullable Dependency secondLook;

    Readiness(ServerState state, Duration timeout) {
        this.state = state;
        this.timeout = timeout;
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "health-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Adds something that is asked from now on. */
    synchronized void add(Dependency dependency) {
        dependencies.add(dependency);
    }

    /** Sets what is asked only after the first of the dependencies has not answered in time, and answers in its place. */
    synchronized void secondLook(Dependency dependency) {
        secondLook = dependency;
    }

    Health check() {
        switch (state.phase()) {
            case STARTING -> {
                return down("start", "The server is starting.");
            }
            case DRAINING -> {
                return down("stop", "The server is stopping.");
            }
            case RUNNING -> {}
        }
        List<Check> checks = new ArrayList<>();
        Map<Dependency, CompletableFuture<List<Check>>> asked = new LinkedHashMap<>();
        Dependency instead;
        synchronized (this) {
            dependencies.forEach(dependency -> asked.put(dependency, dependency.ask(threads)));
            instead = secondLook;
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Map.Entry<Dependency, CompletableFuture<List<Check>>> each : asked.entrySet()) {
            Dependency dependency = each.getKey();
            List<Check> found = dependency.await(each.getValue(), Duration.ofNanos(deadline - System.nanoTime()));
            if (found == null && checks.isEmpty() && instead != null) {
                found = instead.await(instead.ask(threads), timeout);
                checks.addAll(found == null ? List.of(instead.late()) : found);
            } else {
                checks.addAll(found == null ? List.of(dependency.late()) : found);
            }
        }
        // Whoever was told to stop meanwhile is not ready, whatever was found.
        return state.draining() ? down("stop", "The server is stopping.") : of(checks);
    }

    private static Health of(List<Check> checks) {
        return new Health(
                checks.stream()
                        .map(Check::status)
                        .max(Comparator.naturalOrder())
                        .orElse(Status.UP),
                checks);
    }

    private static Health down(String name, String detail) {
        return of(List.of(new Check(name, Status.DOWN, detail)));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
