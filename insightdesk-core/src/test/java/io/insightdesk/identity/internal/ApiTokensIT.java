package io.insightdesk.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.ApiToken;
import io.insightdesk.identity.ApiTokenQuery;
import io.insightdesk.identity.ApiTokens;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.testing.InMemorySigner;
import io.insightdesk.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApiTokensIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final IdentityFeature identity = feature(database);

    private final Scope scope = database.system(database.newTenant());
    private final ApiTokens tokens = identity.apiTokens(scope);

    @AfterAll
    static void end() {
        database.close();
    }

    private static IdentityFeature feature(TestDatabase on) {
        return new IdentityFeature(
                on.database(), on.events(), new Cursors(new InMemorySigner()), on.clock(), (tx, scope, agent) -> {});
    }

    @Test
    void aTokenSignsInAsItself() {
        IssuedToken issued = tokens.create(NewApiToken.of("CI", Role.VIEWER));

        Authenticated who = identity.authenticate(issued.secret().reveal()).orElseThrow();

        assertThat(who.tenant()).isEqualTo(scope.tenant());
        assertThat(who.actor())
                .isEqualTo(new Actor(ActorType.API_TOKEN, issued.token().id().value(), "CI", "api"));
        Scope as = as(who);
        as.require(Permission.TICKET_READ);
        denied(as, Permission.TICKET_UPDATE);
        assertThat(issued.toString()).doesNotContain(issued.secret().reveal());
        assertThat(issued.secret().reveal()).endsWith(issued.token().hint());
    }

    @Test
    void aTokenOfAnAgentMayWhatBothMay() {
        Agent ann = identity.agents(scope).create(NewAgent.of("Ann", "ann@example.com", Role.ADMIN));
        IssuedToken limited = tokens.create(NewApiToken.of("limited", ann.id(), Role.AGENT));
        IssuedToken full = tokens.create(NewApiToken.of("full", ann.id(), Role.ADMIN));

        Authenticated who = identity.authenticate(limited.secret().reveal()).orElseThrow();
        assertThat(who.actor()).isEqualTo(ann.actor().via("api"));
        as(who).require(Permission.TICKET_UPDATE);
        denied(as(who), Permission.AGENT_ADMIN);

        Scope asFull = as(identity.authenticate(full.secret().reveal()).orElseThrow());
        asFull.require(Permission.AGENT_ADMIN);
        identity.agents(scope)
                .change(ann.id(), null, AgentChange.builder().role(Role.VIEWER).build());
        denied(asFull, Permission.AGENT_ADMIN);
        denied(as(who), Permission.TICKET_UPDATE);

        identity.agents(scope)
                .change(ann.id(), null, AgentChange.builder().active(false).build());
        denied(asFull, Permission.TICKET_READ);
        assertThat(identity.authenticate(full.secret().reveal())).isEmpty();
    }

    @Test
    void aRevokedTokenIsWorthNothing() {
        IssuedToken issued = tokens.create(NewApiToken.of("CI", Role.ADMIN));
        Scope as = as(identity.authenticate(issued.secret().reveal()).orElseThrow());
        as.require(Permission.TICKET_READ);

        ApiToken revoked = tokens.revoke(issued.token().id());

        assertThat(revoked.revokedAt()).isNotNull();
        assertThat(identity.authenticate(issued.secret().reveal())).isEmpty();
        denied(as, Permission.TICKET_READ);
        assertThat(tokens.revoke(issued.token().id())).isEqualTo(revoked);
    }

    @Test
    void aTokenExpires() {
        IssuedToken issued = tokens.create(new NewApiToken("CI", null, Role.ADMIN, Duration.ofHours(1)));
        assertThat(identity.authenticate(issued.secret().reveal())).isPresent();

        database.clock().advance(Duration.ofHours(1));

        assertThat(identity.authenticate(issued.secret().reveal())).isEmpty();
    }

    @Test
    void whatIsNotThatTokenIsRefused() {
        IssuedToken issued = tokens.create(NewApiToken.of("CI", Role.ADMIN));
        TokenCodec.Parts parts = TokenCodec.read(issued.secret().reveal()).orElseThrow();
        byte[] other = parts.secret().clone();
        other[31] ^= 1;

        assertThat(identity.authenticate(TokenCodec.write(new TokenCodec.Parts(parts.tenant(), parts.token(), other))))
                .isEmpty();
        assertThat(identity.authenticate(
                        TokenCodec.write(new TokenCodec.Parts(database.tenant(), parts.token(), parts.secret()))))
                .as("another tenant's")
                .isEmpty();
        assertThat(identity.authenticate(TokenCodec.write(new TokenCodec.Parts(
                        parts.tenant(), new io.insightdesk.identity.ApiTokenId(Ids.next()), parts.secret()))))
                .isEmpty();
        assertThat(identity.authenticate("idk_nonsense")).isEmpty();
        assertThat(identity.authenticate("")).isEmpty();
    }

    @Test
    void aSuspendedTenantsTokenIsKnownSoThatTheRefusalOfItsCallsHasTheReason() {
        IssuedToken issued = tokens.create(NewApiToken.of("CI", Role.ADMIN));
        database.execute(
                "update insightdesk.tenant set status = 'suspended' where tenant_id = '" + scope.tenant() + "'");

        assertThat(identity.authenticate(issued.secret().reveal())).isPresent();
    }

    @Test
    void theSecretIsNotStored() {
        IssuedToken issued = tokens.create(NewApiToken.of("CI", Role.ADMIN));
        byte[] secret = TokenCodec.read(issued.secret().reveal()).orElseThrow().secret();

        byte[] stored = scope.run(
                tx -> tx.query("select secret_hash from {schema}.api_token where tenant_id = :tenant and id = :id")
                        .bind("id", issued.token().id().value())
                        .mapTo(byte[].class)
                        .one());

        assertThat(Arrays.equals(stored, secret)).isFalse();
        assertThat(stored).isEqualTo(TokenCodec.hash(secret));
    }

    @Test
    void theLastUseIsNotedOnceAMinute() {
        IssuedToken issued = tokens.create(NewApiToken.of("CI", Role.ADMIN));
        Instant first = scope.now();
        identity.authenticate(issued.secret().reveal());
        database.clock().advance(Duration.ofSeconds(59));
        identity.authenticate(issued.secret().reveal());
        assertThat(lastUse(issued)).isEqualTo(first);

        database.clock().advance(Duration.ofSeconds(2));
        identity.authenticate(issued.secret().reveal());
        assertThat(lastUse(issued)).isEqualTo(first.plusSeconds(61));
    }

    @Test
    void nobodyWaitsToNoteAUse() throws SQLException {
        IssuedToken issued = tokens.create(NewApiToken.of("CI", Role.ADMIN));
        try (Connection connection = database.admin().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from insightdesk.api_token where id = '"
                    + issued.token().id() + "' for update");

            assertThat(identity.authenticate(issued.secret().reveal())).isPresent();

            connection.rollback();
        }
        assertThat(lastUse(issued)).isNull();
    }

    @Test
    void anUnknownAgentIsRefused() {
        assertThatThrownBy(() -> tokens.create(NewApiToken.of("CI", new AgentId(Ids.next()), Role.ADMIN)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void strangersMayNothingAndCustomersWhatTheirRoleSays() {
        UUID id = Ids.next();
        for (ActorType type : ActorType.values()) {
            if (type != ActorType.SYSTEM) {
                Scope as = new Scope(
                        scope.tenant(),
                        new Actor(type, id, "x", "java"),
                        identity.authority(),
                        database.database(),
                        database.clock(),
                        null);
                assertThat(as.access().permissions())
                        .isEqualTo(
                                type == ActorType.CUSTOMER
                                        ? identity.roles(scope)
                                                .get(Role.CUSTOMER)
                                                .permissions()
                                        : Set.of());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.As.class)
    void everyKindOfDatabaseUserWorks(TestDatabase.As kind) {
        try (TestDatabase other = TestDatabase.fresh(kind, 1)) {
            IdentityFeature there = feature(other);
            IssuedToken issued = there.apiTokens(other.system()).create(NewApiToken.of("CI", Role.VIEWER));
            Authenticated who = there.authenticate(issued.secret().reveal()).orElseThrow();
            Scope as = other.scope(who.actor(), there.authority(who));
            as.require(Permission.TICKET_READ);
            denied(as, Permission.AGENT_ADMIN);
        }
    }

    private @Nullable Instant lastUse(IssuedToken issued) {
        return tokens.list(ApiTokenQuery.all()).items().stream()
                .filter(token -> token.id().equals(issued.token().id()))
                .findFirst()
                .orElseThrow()
                .lastUsedAt();
    }

    private static Scope as(Authenticated who) {
        return new Scope(
                who.tenant(), who.actor(), identity.authority(who), database.database(), database.clock(), null);
    }

    private static void denied(Scope as, Permission permission) {
        assertThatThrownBy(() -> as.require(permission)).isInstanceOf(AccessDeniedException.class);
    }
}
