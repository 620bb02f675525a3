package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.internal.Json;
import io.insightdesk.job.JobHandler;
import io.insightdesk.job.JobHandlers;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.job.RetryPolicy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The handlers of this node by the names of their kinds. */
final class HandlerRegistry implements JobHandlers {

    private final Map<String, Registered<?>> handlers = new ConcurrentHashMap<>();

    /** A handler that sees how its job is run, for the library's own kinds. */
    @FunctionalInterface
    interface EngineHandler<P> {
        void handle(RunningJob job, P payload) throws Exception;
    }

    record Registered<P>(JobKind<P> kind, EngineHandler<? super P> handler, RetryPolicy policy) {

        void handle(RunningJob job) throws Exception {
            handler.handle(job, payload(job.claimed().payload()));
        }

        private P payload(String json) {
            try {
                return Json.read(json, kind.payload());
            } catch (IllegalArgumentException e) {
                throw new PermanentFailureException("the payload " + e.getMessage(), e);
            }
        }
    }

    @Override
    public <P> void register(JobKind<P> kind, JobHandler<? super P> handler, RetryPolicy policy) {
        requireNonNull(handler, "handler");
        registerOwn(kind, (job, payload) -> handler.handle(job, payload), policy);
    }

    <P> void registerOwn(JobKind<P> kind, EngineHandler<? super P> handler, RetryPolicy policy) {
        requireNonNull(policy, "policy");
        if (handlers.putIfAbsent(kind.name(), new Registered<P>(kind, handler, policy)) != null) {
            throw new ConflictException(
                    "already_handled", "Jobs of the kind '" + kind.name() + "' have a handler on this node already.");
        }
    }

    Set<String> kinds() {
        return Set.copyOf(handlers.keySet());
    }

    @Nullable Registered<?> find(String kind) {
        return handlers.get(kind);
    }
}
