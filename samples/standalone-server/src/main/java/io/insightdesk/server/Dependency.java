package io.insightdesk.server;

import io.insightdesk.Health.Check;
import io.insightdesk.Health.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that the server depends on. It is asked by one thread at a time, however many want to know: what hangs must not take a
 * thread for each question. Thread-safe.
 */
final class Dependency {

    private static final Logger log = LoggerFactory.getLogger(Dependency.class);

    private final String name;
    private final Status ifLate;
    private final String lateDetail;
    private final Look look;
    private @Nullable CompletableFuture<List<Check>> inFlight;

    /** Finds out; may take long. */
    interface Look {
        List<Check> look() throws Exception;
    }

    /**
     * Describes a dependency.
     *
     * @param name its name
     * @param ifLate what it means when it does not answer in time, or cannot be asked
     * @param lateDetail the same in a sentence for people
     * @param look finds out
     */
    Dependency(String name, Status ifLate, String lateDetail, Look look) {
        this.name = name;
        this.ifLate = ifLate;
        this.lateDetail = lateDetail;
        this.look = look;
    }

    /** Begins to ask, or joins those who are asking. */
    synchronized CompletableFuture<List<Check>> ask(Executor executor) {
        if (inFlight == null || inFlight.isDone()) {
            inFlight = CompletableFuture.supplyAsync(this::looked, executor);
        }
        return inFlight;
    }

    /** Waits for an answer; null when there is none in time. */
    @Nullable List<Check> await(CompletableFuture<List<Check>> asked, Duration timeout) {
        try {
            return asked.get(Math.max(timeout.toNanos(), 0), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            log.warn("{} could not be checked", name, e.getCause());
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    Check late() {
        return new Check(name, ifLate, lateDetail);
    }

    private List<Check> looked() {
        try {
            return look.look();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
