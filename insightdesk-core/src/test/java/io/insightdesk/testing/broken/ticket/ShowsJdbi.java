package io.insightdesk.testing.broken.ticket;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** Shows a library that hosts shall not depend on, as an argument of a type. */
public interface ShowsJdbi {
    /** The handles. */
    List<Handle> handles();
}
