package io.insightdesk.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same thing on many threads that start together. */
public final class Race {

    private Race() {}

    /** What each thread answered; fails when one of them failed. */
    public static <T> List<T> of(int threads, Callable<T> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch ready = new CountDownLatch(threads);
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return work.call();
                }));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> future : running) {
                try {
                    answers.add(future.get());
                } catch (ExecutionException e) {
                    throw new AssertionError("a thread failed", e);
                }
            }
            return answers;
        } finally {
            executor.shutdownNow();
        }
    }
}
