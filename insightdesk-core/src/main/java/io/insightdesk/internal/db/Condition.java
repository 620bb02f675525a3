package io.insightdesk.internal.db;

import java.sql.ResultSet;
import java.sql.SQLException;

/** What must hold for a transaction's statements to count; asked in the round trip of the first one, before it. */
interface Condition {

    /** The columns to ask for; a constant of ours. */
    String columns();

    /**
     * Looks at the answer.
     *
     * @param first the number of the first of the columns
     * @throws SQLException when it does not hold: what was sent along is thrown away
     */
    void check(ResultSet row, int first) throws SQLException;
}
