package io.insightdesk.internal.db;

import java.sql.SQLException;

/** A replica has not replayed what its reader must see, or is none any more. Never leaves this package. */
final class ReplicaBehindException extends SQLException {

    private static final long serialVersionUID = 1L;

    private final boolean lagging;

    /** @param lagging whether any reader would find it too far behind */
    ReplicaBehindException(String reason, boolean lagging) {
        super(reason);
        this.lagging = lagging;
    }

    boolean lagging() {
        return lagging;
    }
}
