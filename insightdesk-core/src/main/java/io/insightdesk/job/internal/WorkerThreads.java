package io.insightdesk.job.internal;

import io.insightdesk.job.WorkerOptions;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of one start of the workers: the host's where it gave some, virtual ones where the JVM has them, platform threads. */
final class WorkerThreads implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerThreads.class);
    private static final String NAME = "insightdesk-worker-";

    private final ThreadFactory loops;
    private final Executor handlers;
    private final @Nullable ExecutorService own;
    private final String description;

    WorkerThreads(WorkerOptions options) {
        Executor hosts = options.executor();
        ThreadFactory factory = options.threadFactory();
        this.loops = factory != null ? factory : daemons();
        ThreadFactory virtual = factory == null && hosts == null ? virtualThreads() : null;
        if (hosts != null) {
            this.own = null;
            this.handlers = hosts;
            this.description = "on the host's executor";
        } else if (virtual != null) {
            this.own = null;
            this.handlers = work -> virtual.newThread(work).start();
            this.description = "on virtual threads";
        } else {
            ExecutorService pool = Executors.newFixedThreadPool(options.concurrency(), loops);
            this.own = pool;
            this.handlers = pool;
            this.description = "on platform threads";
        }
    }

    ThreadFactory loops() {
        return loops;
    }

    Executor handlers() {
        return handlers;
    }

    String description() {
        return description;
    }

    @Override
    public void close() {
        if (own != null) {
            own.shutdown();
        }
    }

    static ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, NAME + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** By reflection, because the library also runs where there are none; null there. */
    private static @Nullable ThreadFactory virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object named = type.getMethod("name", String.class, long.class).invoke(builder, NAME, 1L);
            return (ThreadFactory) type.getMethod("factory").invoke(named);
        } catch (NoSuchMethodException | ClassNotFoundException e) {
            log.debug("This JVM has no virtual threads", e);
        } catch (IllegalAccessException | InvocationTargetException | UnsupportedOperationException e) {
            // In JVM 19 and 20 they are there and switched off.
            log.debug("This JVM does not give its virtual threads", e);
        }
        return null;
    }
}
