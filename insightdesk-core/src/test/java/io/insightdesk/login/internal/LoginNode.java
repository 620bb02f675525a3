package io.insightdesk.login.internal;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.Secret;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.Logins;
import io.insightdesk.mail.MailTransport;
import io.insightdesk.testing.TestDatabase;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A node with a login on a test's database. */
final class LoginNode implements AutoCloseable {

    static final String PASSWORD = "vier lila Wale im Regen";
    static final Secret SECRET = Secret.of("0123456789abcdef0123456789abcdef");

    final InsightDesk insightDesk;
    final Logins logins;
    private final TestDatabase database;

    LoginNode(TestDatabase database) {
        this(database, options -> options, null);
    }

    LoginNode(TestDatabase database, UnaryOperator<LoginOptions.Builder> options, @Nullable MailTransport transport) {
        this.database = database;
        InsightDesk.Builder builder = InsightDesk.builder()
                .dataSource(database.dataSource())
                .migrate(MigrationMode.NONE)
                .clock(database.clock())
                .encryptionKeys(EncryptionKeys.of(EncryptionKey.of(new byte[32])))
                .login(options.apply(LoginOptions.withSecret(SECRET)
                                .mails(URI.create("https://desk.example.com/"), "desk@example.com"))
                        .build());
        if (transport != null) {
            builder.mailTransport(transport);
        }
        this.insightDesk = builder.build();
        this.logins = insightDesk.logins().orElseThrow();
    }

    Desk system() {
        return insightDesk.tenant(database.tenant()).as(Actor.system());
    }

    String tenant() {
        return insightDesk.tenants().get(database.tenant()).slug();
    }

    /** An agent with {@link #PASSWORD}. */
    Agent agent(String email, Role role) {
        Agent agent = system().agents().create(NewAgent.of("Grace Hopper", email, role));
        system().agentLogins().setPassword(agent.id(), PASSWORD);
        return agent;
    }

    LoggedIn login(Agent agent) {
        return (LoggedIn) logins.login(tenant(), agent.email(), PASSWORD, Client.UNKNOWN);
    }

    /** Whether an access token lets in on this node. */
    boolean letsIn(LoggedIn who) {
        return insightDesk.authenticate(who.accessToken().reveal()).isPresent();
    }

    Desk desk(LoggedIn who) {
        return insightDesk.desk(
                insightDesk.authenticate(who.accessToken().reveal()).orElseThrow());
    }

    @Override
    public void close() {
        insightDesk.close();
    }
}
