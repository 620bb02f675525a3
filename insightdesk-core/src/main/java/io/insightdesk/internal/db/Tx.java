package io.insightdesk.internal.db;

import java.sql.Connection;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** A running transaction that sees one tenant. Stores take it; nobody keeps it. */
public abstract sealed class Tx permits OwnTx, HostTx {

    private static final String PART = "insightdesk_part";

    private final Handle handle;
    private final DirectStatements direct;
    private final @Nullable UUID tenant;

    Tx(Handle handle, DirectStatements direct, @Nullable UUID tenant) {
        this.handle = handle;
        this.direct = direct;
        this.tenant = tenant;
    }

    /** The tenant whose rows can be seen. */
    public UUID tenant() {
        if (tenant == null) {
            throw new IllegalStateException("this transaction is not a tenant's");
        }
        return tenant;
    }

    /** A query, with {@code :tenant} bound where this transaction has one. The text may name tables as <code>{schema}.ticket</code>. */
    public Query query(String sql) {
        Query query = handle.createQuery(sql);
        return tenant == null ? query : query.bind("tenant", tenant);
    }

    /** An insert, update or delete, with {@code :tenant} bound where this transaction has one. */
    public Update update(String sql) {
        Update update = handle.createUpdate(sql);
        return tenant == null ? update : update.bind("tenant", tenant);
    }

    /**
     * An insert, update or delete that runs so often that every parameter's handling counts; answers how many rows it changed.
     *
     * @param sql with question marks for its parameters
     * @param values of types that the driver knows; null where the server can tell the type from the place
     */
    public int execute(String sql, @Nullable Object... values) {
        return direct.execute(handle.getConnection(), sql, values);
    }

    /**
     * Runs a part of the work that may fail without the rest: what it did is undone then, and the transaction can go on. What it
     * wanted to run after the commit runs all the same.
     */
    public final <T extends @Nullable Object> T part(Supplier<T> work) {
        handle.execute("savepoint " + PART);
        T result;
        try {
            result = work.get();
        } catch (RuntimeException | Error failure) {
            try {
                // Savepoints of one name are stacked. Also brings role and tenant back to what they were.
                handle.execute("rollback to savepoint " + PART);
                handle.execute("release savepoint " + PART);
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        handle.execute("release savepoint " + PART);
        return result;
    }

    /** Runs something after the commit; never when the transaction is rolled back. May be lost in a crash: it only hastens. */
    public abstract void afterCommit(Runnable action);

    /** Whether what is to run after the commit will run at all: a host need not tell of its commits. */
    public boolean tellsOfCommit() {
        return true;
    }

    /** Runs a host's code on this transaction's connection with the role and the tenant setting that the host had. */
    public abstract void asHost(HostCallback callback);

    /** A host's code that works on the connection of a running transaction. */
    @FunctionalInterface
    public interface HostCallback {
        /** Runs the host's code. The connection must be neither committed, rolled back nor closed. */
        void run(Connection connection);
    }

    /** This transaction as the source of transactions: what runs there becomes part of it. */
    public final Transactions joined() {
        return new Transactions() {
            @Override
            public <T extends @Nullable Object> T run(UUID wanted, TxWork<T> work) {
                if (!wanted.equals(tenant)) {
                    throw new IllegalStateException("a transaction of tenant " + tenant + " cannot work for " + wanted);
                }
                return work.run(Tx.this);
            }

            @Override
            public boolean joinsAnother() {
                return true;
            }
        };
    }
}
