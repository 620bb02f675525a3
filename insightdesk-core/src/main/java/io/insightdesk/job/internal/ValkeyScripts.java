package io.insightdesk.job.internal;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Runs scripts of one key each, so that in a cluster each goes to the node that has its key. Thread-safe.
 *
 * @param <C> to one node, or to a cluster
 */
final class ValkeyScripts<C extends StatefulConnection<String, String>> {

    /** How long scripts may take, for which requests wait. */
    static final Duration TIMEOUT = Duration.ofMillis(100);

    private final ValkeyConnection<C> connection;
    private final Function<C, RedisScriptingAsyncCommands<String, String>> commands;

    ValkeyScripts(ValkeyConnection<C> connection, Function<C, RedisScriptingAsyncCommands<String, String>> commands) {
        this.connection = connection;
        this.commands = commands;
    }

    /** As {@link JobFeature.Scripts#run}. */
    List<Long> run(String script, List<JobFeature.Scripts.Call> calls) {
        CompletableFuture<C> used = connection.get();
        Future<List<Long>> answer = used.thenCompose(there -> run(commands.apply(there), script, calls));
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            ValkeyConnection.drop(used);
            throw new SignalWire.AwayException("no answer within " + TIMEOUT.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            // What is refused, such as for want of a right, says nothing against the connection.
            if (!(e.getCause() instanceof RedisCommandExecutionException)) {
                ValkeyConnection.drop(used);
            }
            throw new SignalWire.AwayException(reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SignalWire.AwayException("interrupted", e);
        }
    }

    private static CompletableFuture<List<Long>> run(
            RedisScriptingAsyncCommands<String, String> commands, String script, List<JobFeature.Scripts.Call> calls) {
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (JobFeature.Scripts.Call call : calls) {
            String[] keys = {call.key()};
            answers.add(commands.<Long>eval(
                            script,
                            ScriptOutputType.INTEGER,
                            keys,
                            call.values().toArray(String[]::new))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        nothing -> answers.stream().map(CompletableFuture::join).toList());
    }

    private static String reason(ExecutionException failure) {
        String reason = ValkeyWire.reason(failure);
        return reason.startsWith("MOVED ")
                ? "it is one node of a cluster, and others have keys: name several nodes in its address"
                : reason;
    }
}
