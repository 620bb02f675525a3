package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.AgentId;
import io.insightdesk.login.Session;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whose a session is: an agent's or a customer's. */
record Holder(ActorType type, UUID id) {

    static Holder of(AgentId agent) {
        return new Holder(ActorType.AGENT, agent.value());
    }

    static Holder of(CustomerId customer) {
        return new Holder(ActorType.CUSTOMER, customer.value());
    }

    static Holder of(Actor actor) {
        return new Holder(actor.type(), requireNonNull(actor.id(), "actor"));
    }

    static Holder of(Session session) {
        AgentId agent = session.agent();
        return agent == null ? of(requireNonNull(session.customer(), "customer")) : of(agent);
    }

    boolean isCustomer() {
        return type == ActorType.CUSTOMER;
    }

    @Nullable AgentId agent() {
        return isCustomer() ? null : new AgentId(id);
    }

    @Nullable CustomerId customer() {
        return isCustomer() ? new CustomerId(id) : null;
    }

    /** What an event says, with who it is about. */
    Map<String, Object> payload(Map<String, Object> more) {
        Map<String, Object> payload = new HashMap<>(more);
        payload.put(isCustomer() ? "customerId" : "agentId", id.toString());
        return payload;
    }
}
