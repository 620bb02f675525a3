package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A transaction that the library began and ends. */
final class OwnTx extends Tx {

    private final Connection connection;
    private final Scoping scoping;
    private final List<Runnable> afterCommit = new ArrayList<>();

    OwnTx(Handle handle, DirectStatements direct, @Nullable UUID tenant, Connection connection, Scoping scoping) {
        super(handle, direct, tenant);
        this.connection = connection;
        this.scoping = scoping;
    }

    @Override
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    List<Runnable> afterCommit() {
        return afterCommit;
    }

    @Override
    public void asHost(HostCallback callback) {
        Scoping before = Scoping.SESSION;
        try {
            before.apply(connection);
            callback.run(connection);
            scoping.apply(connection);
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        }
    }
}
