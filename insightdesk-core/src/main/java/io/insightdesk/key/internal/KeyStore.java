package io.insightdesk.key.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.key.IntegrityKey;
import java.util.List;

/** SQL of the library's own keys. */
final class KeyStore {

    private static final String LOCK = """
            select pg_advisory_xact_lock(hashtextextended('{schema}.signing_key', 0))
            """;

    /** Keeps other nodes from making a key until this transaction ends. */
    void lock(Tx tx) {
        tx.query(LOCK).mapTo(String.class).list();
    }

    private static final String LIST = """
            select key_id, secret
            from {schema}.signing_key
            order by created_at desc, key_id
            """;

    /** All keys, the newest first. */
    List<IntegrityKey> list(Tx tx) {
        return tx.query(LIST)
                .map((row, context) -> new IntegrityKey(row.getString("key_id"), row.getBytes("secret")))
                .list();
    }

    private static final String INSERT = """
            insert into {schema}.signing_key (key_id, secret)
            values (:id, :secret)
            """;

    void insert(Tx tx, IntegrityKey key) {
        tx.update(INSERT).bind("id", key.id()).bind("secret", key.secret()).execute();
    }
}
