package io.insightdesk.ticket.internal;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.internal.db.SqlErrors;
import java.util.function.Supplier;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Turns a broken foreign key of a ticket into words. */
final class References {

    private References() {}

    static <T> T named(Supplier<T> work) {
        try {
            return work.get();
        } catch (UnableToExecuteStatementException e) {
            String key = SqlErrors.foreignKeyViolation(e).orElse("");
            for (String name : new String[] {"requester", "assignee", "team", "mailbox"}) {
                if (key.contains("_" + name + "_id_")) {
                    throw new InvalidInputException(
                            "/" + name, "unknown_" + name, "There is no such " + name + " in this tenant.");
                }
            }
            throw e;
        }
    }
}
