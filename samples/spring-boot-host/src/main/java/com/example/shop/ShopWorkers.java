package com.example.shop;

import io.insightdesk.job.WorkerOptions;
import java.time.Duration;

/** How this node works in the background. */
final class ShopWorkers {
    /** An hour between polls is for the test alone: what starts sooner was started by the hook after the commit. */
    static final WorkerOptions OPTIONS =
            WorkerOptions.builder().pollInterval(Duration.ofHours(1)).build();

    private ShopWorkers() {}
}
