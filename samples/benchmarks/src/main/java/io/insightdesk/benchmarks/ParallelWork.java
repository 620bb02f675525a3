package io.insightdesk.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does something on several threads that begin at the same moment. */
final class ParallelWork {
    private ParallelWork() {}

    /** The part of one thread. */
    interface Part {
        void run(int thread) throws Exception;
    }

    /** Returns how many seconds it took until the last thread was ready. */
    static double seconds(int threads, Part part) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CountDownLatch waiting = new CountDownLatch(threads);
        CountDownLatch go = new CountDownLatch(1);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                all.add(executor.submit(() -> {
                    waiting.countDown();
                    go.await();
                    part.run(thread);
                    return null;
                }));
            }
            waiting.await();
            long begin = System.nanoTime();
            go.countDown();
            for (Future<?> one : all) {
                one.get();
            }
            return (System.nanoTime() - begin) / 1e9;
        } finally {
            executor.shutdownNow();
        }
    }
}
