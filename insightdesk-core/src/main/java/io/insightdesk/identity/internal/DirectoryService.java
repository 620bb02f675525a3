package io.insightdesk.identity.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Directory;
import io.insightdesk.identity.DirectoryGroup;
import io.insightdesk.identity.DirectoryPage;
import io.insightdesk.identity.DirectoryQuery;
import io.insightdesk.identity.DirectoryUser;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.UserAttributes;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.TxWork;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Permissions, transactions and taken names of a directory; what is done in them, its two halves know. */
final class DirectoryService implements Directory {

    private final Scope scope;
    private final DirectoryUsers users;
    private final DirectoryGroups groups;

    DirectoryService(Scope scope, DirectoryUsers users, DirectoryGroups groups) {
        this.scope = scope;
        this.users = users;
        this.groups = groups;
    }

    @Override
    public DirectoryUser createUser(UserAttributes user) {
        requireNonNull(user, "user");
        Access own = access();
        return unlessTaken(tx -> users.create(tx, scope, own, user));
    }

    @Override
    public DirectoryUser getUser(AgentId id) {
        requireNonNull(id, "id");
        access();
        return scope.run(tx -> users.get(tx, id));
    }

    @Override
    public DirectoryPage<DirectoryUser> listUsers(DirectoryQuery query) {
        requireNonNull(query, "query");
        access();
        return scope.run(tx -> users.list(tx, query));
    }

    @Override
    public DirectoryUser changeUser(AgentId id, @Nullable Long expectedVersion, UnaryOperator<UserAttributes> change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        Access own = access();
        return unlessTaken(tx -> users.change(tx, scope, own, id, expectedVersion, change));
    }

    @Override
    public void removeUser(AgentId id, @Nullable Long expectedVersion) {
        requireNonNull(id, "id");
        Access own = access();
        scope.run(tx -> users.remove(tx, scope, own, id, expectedVersion));
    }

    @Override
    public DirectoryGroup createGroup(GroupAttributes group) {
        requireNonNull(group, "group");
        Access own = access();
        return unlessTaken(tx -> groups.create(tx, scope, own, group));
    }

    @Override
    public DirectoryGroup getGroup(TeamId id, boolean members) {
        requireNonNull(id, "id");
        access();
        return scope.run(tx -> groups.get(tx, id, members));
    }

    @Override
    public DirectoryPage<DirectoryGroup> listGroups(DirectoryQuery query, boolean members) {
        requireNonNull(query, "query");
        access();
        return scope.run(tx -> groups.list(tx, query, members));
    }

    @Override
    public DirectoryGroup changeGroup(
            TeamId id, @Nullable Long expectedVersion, UnaryOperator<GroupAttributes> change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        Access own = access();
        return unlessTaken(tx -> groups.change(tx, scope, own, id, expectedVersion, change));
    }

    @Override
    public void removeGroup(TeamId id, @Nullable Long expectedVersion) {
        requireNonNull(id, "id");
        Access own = access();
        scope.run(tx -> groups.remove(tx, scope, own, id, expectedVersion));
    }

    private Access access() {
        Access own = scope.access();
        own.require(Permission.AGENT_PROVISION);
        return own;
    }

    private <T> T unlessTaken(TxWork<T> work) {
        try {
            return scope.run(work);
        } catch (UnableToExecuteStatementException e) {
            throw switch (SqlErrors.uniqueViolation(e).orElse("")) {
                case "agent_email" ->
                    new ConflictException("email_taken", "The mail address belongs to another agent of this tenant.");
                case "agent_user_name" -> DirectoryUsers.userNameTaken();
                case "agent_provider_id", "team_provider_id" ->
                    new ConflictException("external_id_taken", "The external identifier belongs to another one.");
                case "team_name" -> DirectoryGroups.nameTaken();
                default -> e;
            };
        }
    }
}
