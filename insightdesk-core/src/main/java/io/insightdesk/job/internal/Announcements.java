package io.insightdesk.job.internal;

import java.time.Instant;

/** Who is told, after a commit, that there is something to do: this node's workers, and those of others. Thread-safe. */
interface Announcements {

    /** Something is ready in a lane, from a rank on. */
    void ready(Lane lane, Instant rank);

    /** Something may be ready in a queue at any moment, and nobody will tell. */
    void sometime(String queue);

    /** Something will be ready in a queue. */
    void later(String queue, Instant due);
}
