package io.insightdesk.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An attempt at a job of the library's own, for a handler that is called without an engine. */
public final class Attempt implements JobContext {

    private final JobId job;
    private @Nullable Duration snoozed;

    public Attempt(JobId job) {
        this.job = job;
    }

    /** For how long the handler put the job off; null where it is done. */
    public @Nullable Duration snoozed() {
        return snoozed;
    }

    @Override
    public JobId job() {
        return job;
    }

    @Override
    public @Nullable TenantId tenant() {
        return null;
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public int maxAttempts() {
        return 1;
    }

    @Override
    public Instant deadline() {
        return Instant.MAX;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void completeWithin(Connection connection) {
        throw new AssertionError("the library's own jobs end by themselves");
    }

    @Override
    public void snooze(Duration time) {
        snoozed = time;
    }

    @Override
    public void progress(int percent, @Nullable String note) {
        assertThat(percent).isBetween(0, 100);
    }
}
