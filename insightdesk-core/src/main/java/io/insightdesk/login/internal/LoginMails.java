package io.insightdesk.login.internal;

import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.tenant.Tenant;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mails with links. A job carries no secret: the link is made when the mail is, by the job itself, and a mail that is sent again has
 * another link, the older one being good no more. Thread-safe.
 */
final class LoginMails {

    /**
     * What is to be sent.
     *
     * @param purpose what the link is for
     * @param email whose; found out by the job
     */
    record Mail(CredentialStore.Purpose purpose, String email) {

        /** Without the address. */
        @Override
        public String toString() {
            return "Mail[" + purpose + "]";
        }
    }

    private static final JobKind<Mail> SEND = new JobKind<>("insightdesk.login.mail", Mail.class);
    private static final RetryPolicy RETRIES = RetryPolicy.exponential(Duration.ofSeconds(10), Duration.ofMinutes(10));
    private static final int ATTEMPTS = 10;

    private final LoginFeature feature;

    LoginMails(LoginFeature feature) {
        this.feature = feature;
    }

    void register() {
        feature.jobs.register(SEND, (context, mail, completion) -> send(context, mail), RETRIES);
    }

    /** Has a link to set the password anew sent, if somebody has the address. */
    void enqueueReset(Scope scope, String email) {
        scope.run(tx -> enqueue(tx, scope, CredentialStore.Purpose.PASSWORD, email));
    }

    boolean enqueue(Tx tx, Scope scope, CredentialStore.Purpose purpose, String email) {
        var unused = feature.jobs.enqueue(
                tx,
                scope,
                NewJob.builder(SEND, new Mail(purpose, email))
                        .maxAttempts(ATTEMPTS)
                        .build());
        return true;
    }

    private void send(JobContext context, Mail mail) throws Exception {
        Scope scope = feature.system(Objects.requireNonNull(context.tenant(), "tenant"), Client.UNKNOWN);
        Optional<Agent> agent =
                feature.identity.agents(scope).findByEmail(mail.email()).filter(Agent::active);
        URI links = feature.options.links();
        String from = feature.options.mailFrom();
        if (agent.isEmpty() || links == null || from == null) {
            return;
        }
        Tenant tenant = feature.tenants.get(scope.tenant());
        String link = link(scope, agent.get().id(), mail, links);
        feature.post.send(letter(mail.purpose(), from, agent.get(), tenant, link));
    }

    private String link(Scope scope, AgentId agent, Mail mail, URI links) {
        OpaqueToken token = OpaqueToken.make(scope.tenant(), Ids.next(), feature.random);
        CredentialStore.Purpose purpose = mail.purpose();
        scope.run(tx -> {
            feature.credentials.removeTickets(tx, agent, purpose);
            feature.credentials.addTicket(
                    tx,
                    new CredentialStore.Ticket(
                            token.id(),
                            agent,
                            purpose,
                            mail.email(),
                            scope.now().plus(lifetime(purpose)),
                            null),
                    token.hash());
            return true;
        });
        String page = purpose == CredentialStore.Purpose.EMAIL ? "verify-email" : "reset-password";
        return links.toString().replaceAll("/+$", "") + "/" + page + "#token="
                + token.text(OpaqueToken.LINK).reveal();
    }

    private static Duration lifetime(CredentialStore.Purpose purpose) {
        return purpose == CredentialStore.Purpose.PASSWORD
                ? LoginOptions.RESET_LIFETIME
                : LoginOptions.INVITATION_LIFETIME;
    }

    private static LoginFeature.Letter letter(
            CredentialStore.Purpose purpose, String from, Agent agent, Tenant tenant, String link) {
        String desk = "the help desk of " + tenant.name();
        return switch (purpose) {
            case INVITATION ->
                new LoginFeature.Letter(
                        from,
                        agent.email(),
                        "Your account at " + desk,
                        text(
                                agent,
                                "you have an account at " + desk + ". Choose a password here, within seven days:",
                                link,
                                null));
            case PASSWORD ->
                new LoginFeature.Letter(
                        from,
                        agent.email(),
                        "Set a new password",
                        text(
                                agent,
                                "somebody, probably you, wants to set a new password for " + desk
                                        + ". Do it here, within an hour:",
                                link,
                                "If it was not you, do nothing: your password stays as it is."));
            case EMAIL ->
                new LoginFeature.Letter(
                        from,
                        agent.email(),
                        "Verify your mail address",
                        text(
                                agent,
                                "open this page within seven days to show that you read the mails of this address:",
                                link,
                                "If you have no account at " + desk + ", do nothing."));
            case SECOND_FACTOR -> throw new IllegalArgumentException("a second factor is not asked for by mail");
        };
    }

    private static String text(Agent agent, String what, String link, @Nullable String otherwise) {
        return "Hello " + agent.name() + ",\n\n" + what + "\n\n" + link + "\n"
                + (otherwise == null ? "" : "\n" + otherwise + "\n");
    }
}
