package io.insightdesk.job.internal;

import java.util.Locale;

/** How an attempt at a job ended. */
enum Outcome {
    DONE,
    RETRY,
    DEAD,
    SNOOZED,
    CANCELLED,
    LOST;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
