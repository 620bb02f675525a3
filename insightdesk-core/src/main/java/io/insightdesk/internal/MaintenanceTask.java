package io.insightdesk.internal;

import io.insightdesk.internal.db.Transactions;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A clean-up that is done again and again, by one node of the cluster at a time. It bears being cut short and repeated.
 *
 * @param name unique, as a kind of job has it
 * @param every how long after one end the next begins
 * @param perTenant done for each tenant, with all permissions, outside {@link Transactions transactions}; null for a global task
 * @param global done once; null for a task per tenant
 */
public record MaintenanceTask(
        String name,
        Duration every,
        @Nullable Consumer<Scope> perTenant,
        @Nullable Runnable global) {

    /** A task that is done for each tenant. A tenant that fails does not keep the others from their turn. */
    public static MaintenanceTask perTenant(String name, Duration every, Consumer<Scope> work) {
        return new MaintenanceTask(name, every, work, null);
    }

    /** A task that is done once. */
    public static MaintenanceTask global(String name, Duration every, Runnable work) {
        return new MaintenanceTask(name, every, null, work);
    }
}
