package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import io.insightdesk.login.AgentLogins;
import io.insightdesk.login.Session;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class AgentLoginService implements AgentLogins {

    private final LoginFeature feature;
    private final Scope scope;

    AgentLoginService(LoginFeature feature, Scope scope) {
        this.feature = feature;
        this.scope = scope;
    }

    /** The agent, if the actor may do everything that the agent may. */
    private Agent administered(AgentId id) {
        requireNonNull(id, "id");
        scope.require(Permission.AGENT_ADMIN);
        Agent agent = feature.identity.agents(scope.trusted()).get(id);
        Set<Permission> missing = EnumSet.noneOf(Permission.class);
        missing.addAll(feature.permissions(scope, agent));
        Access own = scope.access();
        missing.removeAll(own.permissions());
        if (!missing.isEmpty()) {
            throw own.refusal(missing.iterator().next());
        }
        return agent;
    }

    @Override
    public void invite(AgentId id) {
        Agent agent = administered(id);
        feature.requireMail();
        scope.run(tx -> {
            feature.events.append(tx, scope, "agent_invited", Map.of("agentId", id.toString()));
            return feature.mails.enqueue(tx, scope, CredentialStore.Purpose.INVITATION, agent.email());
        });
    }

    @Override
    public void setPassword(AgentId id, String password) {
        requireNonNull(password, "password");
        Agent agent = administered(id);
        feature.rules.check("/password", password, agent);
        String hash = feature.hasher.hash(password);
        scope.run(tx -> {
            feature.setPassword(tx, scope, agent, hash, "administrator");
            return feature.sessions.endAll(tx, scope, Holder.of(id), "password_changed");
        });
    }

    @Override
    public List<Session> sessions(AgentId id) {
        Agent agent = administered(id);
        return scope.run(tx -> feature.sessions.list(tx, scope, Holder.of(agent.id())));
    }

    @Override
    public int endSessions(AgentId id) {
        Agent agent = administered(id);
        return scope.run(tx -> feature.sessions.endAll(tx, scope, Holder.of(agent.id()), "ended_by_administrator"));
    }

    @Override
    public void removeAuthenticator(AgentId id) {
        Agent agent = administered(id);
        scope.run(tx -> {
            feature.keyStore.holdAgent(tx, agent.id());
            feature.secondFactors.removeAll(tx, agent.id());
            feature.events.append(tx, scope, "second_factor_removed", Map.of("agentId", id.toString()));
            return feature.sessions.endAll(tx, scope, Holder.of(agent.id()), "second_factor_removed");
        });
    }
}
