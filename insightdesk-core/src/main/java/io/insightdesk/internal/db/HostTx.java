package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** A call on a host's own open transaction. */
final class HostTx extends Tx {

    private final Connection connection;
    private final Scoping ours;
    private final Scoping hosts;
    private final Consumer<Runnable> hooks;

    HostTx(
            Handle handle,
            DirectStatements direct,
            UUID tenant,
            Connection connection,
            Scoping ours,
            Scoping hosts,
            Consumer<Runnable> hooks) {
        super(handle, direct, tenant);
        this.connection = connection;
        this.ours = ours;
        this.hosts = hosts;
        this.hooks = hooks;
    }

    @Override
    public void afterCommit(Runnable action) {
        hooks.accept(action);
    }

    @Override
    public boolean tellsOfCommit() {
        return !hooks.equals(Database.NO_HOOKS);
    }

    @Override
    public void asHost(HostCallback callback) {
        try {
            hosts.apply(connection);
            callback.run(connection);
            ours.apply(connection);
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        }
    }
}
