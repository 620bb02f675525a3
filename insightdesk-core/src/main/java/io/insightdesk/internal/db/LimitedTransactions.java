package io.insightdesk.internal.db;

import java.sql.Connection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Transactions of the library's own in which a statement may not take long. Thread-safe. */
final class LimitedTransactions implements Transactions {

    private final Database database;
    private final StatementTimeout timeout;

    LimitedTransactions(Database database, StatementTimeout timeout) {
        this.database = database;
        this.timeout = timeout;
    }

    @Override
    public boolean joinsAnother() {
        return false;
    }

    @Override
    public <T extends @Nullable Object> T run(UUID tenant, TxWork<T> work) {
        return database.run(tenant, timeout, Connection::commit, work);
    }
}
