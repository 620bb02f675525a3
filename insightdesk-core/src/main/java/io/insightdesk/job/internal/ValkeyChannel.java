package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;

/**
 * The channel of a help desk's nodes on a Valkey, which other help desks may use as well. All nodes of one help desk must find the
 * same name, whatever address and user they have for the database; two help desks should not.
 *
 * <p>It holds the names of database and schema, and when the schema was made, to the microsecond. Unlike the server's own
 * identifier that needs no right that one node's user might lack, and stays when the database moves to another server. A
 * copy of a database under the same name shares the channel: its nodes wake each other for nothing, which is harmless.
 */
final class ValkeyChannel {

    private static final String PREFIX = "insightdesk:job:";

    private static final String HAS_HISTORY = """
            select to_regclass('{schema}.schema_history') is not null
            """;

    private static final String MADE_AT = """
            select to_char(installed_on, 'YYYYMMDDHH24MISSUS')
            from {schema}.schema_history
            order by installed_rank
            limit 1
            """;

    private static final String DATABASE = """
            select current_database()
            """;

    private ValkeyChannel() {}

    static String of(Database database) {
        return database.system(tx -> PREFIX + ask(tx, DATABASE) + ":" + database.schema() + ":" + madeAt(tx));
    }

    /** What tells the help desk from others, without what the channel is for. */
    static String helpDesk(String channel) {
        return channel.substring(PREFIX.length());
    }

    private static String madeAt(Tx tx) {
        boolean known = tx.query(HAS_HISTORY).mapTo(Boolean.class).one();
        return known ? ask(tx, MADE_AT) : "";
    }

    private static String ask(Tx tx, String sql) {
        return tx.query(sql).mapTo(String.class).one();
    }
}
