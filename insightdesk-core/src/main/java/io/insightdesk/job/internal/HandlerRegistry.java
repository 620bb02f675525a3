package io.insightdesk.job.internal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.error.ConflictException;
import io.insightdesk.internal.Json;
import io.insightdesk.job.JobHandler;
import io.insightdesk.job.JobHandlers;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.PayloadUpcaster;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.job.RetryPolicy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The handlers of this node by the names of their kinds. */
final class HandlerRegistry implements JobHandlers {

    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private final Map<String, Registered<?>> handlers = new ConcurrentHashMap<>();

    /** A handler that sees how its job is run, for the library's own kinds. */
    @FunctionalInterface
    interface EngineHandler<P> {
        void handle(RunningJob job, P payload) throws Exception;
    }

    record Registered<P>(
            JobKind<P> kind, EngineHandler<? super P> handler, RetryPolicy policy, PayloadUpcaster upcaster) {

        Registered {
            requireNonNull(policy, "policy");
            requireNonNull(upcaster, "upcaster");
        }

        void handle(RunningJob job) throws Exception {
            handler.handle(job, payload(job.claimed()));
        }

        private P payload(ClaimedJob job) {
            int version = job.payloadVersion();
            if (version > kind.version()) {
                throw new IllegalStateException("the payload is of version " + version + ", and this node knows "
                        + kind.version() + "; a node of a later release has to do it");
            }
            try {
                if (version == kind.version()) {
                    return Json.read(job.payload(), kind.payload());
                }
                Map<String, Object> earlier = Json.read(job.payload(), FIELDS);
                return Json.read(Json.write(upcaster.upcast(version, earlier)), kind.payload());
            } catch (IllegalArgumentException e) {
                throw new PermanentFailureException("the payload " + e.getMessage(), e);
            }
        }
    }

    @Override
    public <P> void register(
            JobKind<P> kind, JobHandler<? super P> handler, RetryPolicy policy, PayloadUpcaster upcaster) {
        requireNonNull(handler, "handler");
        register(new Registered<P>(kind, (job, payload) -> handler.handle(job, payload), policy, upcaster));
    }

    <P> void registerOwn(JobKind<P> kind, EngineHandler<? super P> handler, RetryPolicy policy) {
        register(new Registered<P>(kind, handler, policy, (version, payload) -> payload));
    }

    private void register(Registered<?> registered) {
        JobKind<?> kind = registered.kind();
        if (handlers.putIfAbsent(kind.name(), registered) != null) {
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
