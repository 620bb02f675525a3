package io.insightdesk.identity.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;

/** Who wants to know, in the transaction, that an agent works here no longer: what is above agents and ends with them. */
@FunctionalInterface
public interface AgentEnds {

    /** Ends what the agent has. */
    void ended(Tx tx, Scope scope, AgentId agent);
}
