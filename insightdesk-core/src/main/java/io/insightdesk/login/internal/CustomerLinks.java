package io.insightdesk.login.internal;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.login.Client;
import io.insightdesk.login.CustomerLogin;
import io.insightdesk.login.LinkStart;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Logs customers in by links in mails. Asking for one does the same for every address; who has it is found out by the job that sends
 * the mail, and makes the link. The job carries no secret: of what the browser keeps it has a hash. Thread-safe.
 */
final class CustomerLinks {

    /**
     * A link to be sent.
     *
     * @param email to whom; found out by the job
     * @param request which request it belongs to
     * @param bindingHash of what the browser keeps
     * @param askedAt when it was asked for
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Mail(String email, UUID request, byte[] bindingHash, Instant askedAt) {

        /** Without the address. */
        @Override
        public String toString() {
            return "Mail[" + request + "]";
        }
    }

    private static final JobKind<Mail> SEND = new JobKind<>("insightdesk.login.link", Mail.class);
    private static final RetryPolicy RETRIES =
            RetryPolicy.exponential(Duration.ofSeconds(5), LoginOptions.LINK_LIFETIME.dividedBy(3));
    private static final int ATTEMPTS = 10;

    private final LoginFeature feature;
    private final LinkStore store = new LinkStore();

    CustomerLinks(LoginFeature feature) {
        this.feature = feature;
    }

    void register() {
        feature.jobs.register(SEND, (context, mail, completion) -> send(context, mail), RETRIES);
    }

    void requireOffered() {
        if (feature.options.customerLogin() == CustomerLogin.OFF) {
            throw notOffered();
        }
        feature.requireMail();
    }

    /** Refuses where the installation would let customers in, but their tenant does not. */
    static void requireOffered(Tenant tenant) {
        if (!tenant.settings().customerLogin()) {
            throw notOffered();
        }
    }

    private static ConflictException notOffered() {
        return new ConflictException("customer_login_not_offered", "Customers cannot log in here.");
    }

    LinkStart begin(Optional<Scope> scope, Optional<String> email, Client client) {
        // Names no tenant, so that the answer looks the same where there is none; the link names it.
        OpaqueToken binding = OpaqueToken.make(new TenantId(Ids.next()), Ids.next(), feature.random);
        Instant now = feature.now();
        if (scope.isPresent()) {
            if (client.address() != null) {
                feature.attempts.count(scope.get(), List.of(Attempts.from(client.address())));
            }
            if (email.isPresent()) {
                feature.attempts.require(scope.get(), new Attempts.Subject(Attempts.Kind.LINK, email.get()));
                enqueue(scope.get(), new Mail(email.get(), binding.id(), binding.hash(), now));
            }
        }
        return new LinkStart(binding.text(OpaqueToken.LINK_BINDING), now.plus(LoginOptions.LINK_LIFETIME));
    }

    private void enqueue(Scope scope, Mail mail) {
        scope.run(tx -> feature.jobs.enqueue(
                tx, scope, NewJob.builder(SEND, mail).maxAttempts(ATTEMPTS).build()));
    }

    private void send(JobContext context, Mail mail) throws Exception {
        Scope scope = feature.system(Objects.requireNonNull(context.tenant(), "tenant"), Client.UNKNOWN);
        URI page = feature.options.links();
        String from = feature.options.mailFrom();
        CustomerLogin who = feature.options.customerLogin();
        // None where the person was erased meanwhile, and with that the address in the job.
        Optional<EmailAddress> email = EmailAddress.parse(mail.email());
        Optional<Customer> customer = email.flatMap(feature.customers.customers(scope)::findByEmail);
        Instant expiresAt = mail.askedAt().plus(LoginOptions.LINK_LIFETIME);
        boolean meant = who == CustomerLogin.ANYBODY || (who == CustomerLogin.KNOWN && customer.isPresent());
        Tenant tenant = feature.tenants.get(scope.tenant());
        if (!tenant.settings().customerLogin()) {
            return;
        }
        if (email.isEmpty() || !meant || page == null || from == null || !expiresAt.isAfter(scope.now())) {
            return;
        }
        OpaqueToken token = OpaqueToken.make(scope.tenant(), mail.request(), feature.random);
        LinkStore.Link link = new LinkStore.Link(
                mail.request(), mail.email(), customer.map(Customer::id).orElse(null), mail.askedAt(), expiresAt);
        if (!scope.run(tx -> store.replace(tx, link, token.hash(), mail.bindingHash()))) {
            return;
        }
        feature.post.send(letter(from, mail.email(), tenant, address(page, token)));
    }

    private static String address(URI page, OpaqueToken token) {
        return page.toString().replaceAll("/+$", "") + "/log-in#token="
                + token.text(OpaqueToken.CUSTOMER_LINK).reveal();
    }

    // Without the customer's name: it is what a mail's header said, which anybody may have written under the address.
    private static LoginFeature.Letter letter(String from, String to, Tenant tenant, String link) {
        String desk = "the help desk of " + tenant.name();
        return new LoginFeature.Letter(
                from,
                to,
                "Your link to log in at " + desk,
                "Hello,\n\nsomebody, probably you, wants to log in at " + desk + ". Open this page within "
                        + LoginOptions.LINK_LIFETIME.toMinutes()
                        + " minutes, in the browser in which you asked for it:\n\n"
                        + link
                        + "\n\nThe link works once. If another program opens it, copy it into that browser."
                        + "\n\nIf it was not you, do nothing: without this link nobody gets in. Do not pass it on.\n");
    }

    LoggedIn finish(String token, String binding, Client client) {
        requireOffered();
        OpaqueToken sent = OpaqueToken.read(OpaqueToken.CUSTOMER_LINK, token).orElseThrow(LoginService::wrongLink);
        byte[] kept = OpaqueToken.read(OpaqueToken.LINK_BINDING, binding)
                .map(OpaqueToken::hash)
                .orElseGet(() -> new byte[0]);
        Scope scope = feature.system(sent.tenant(), client);
        LinkStore.Link link = scope.run(tx -> store.find(tx, sent, scope.now())).orElseThrow(LoginService::wrongLink);
        Tenant tenant = feature.tenants.get(scope.tenant());
        if (!tenant.active()) {
            throw LoginService.wrongLink();
        }
        requireOffered(tenant);
        if (!scope.run(tx -> store.isBound(tx, link.id(), kept))) {
            scope.run(tx -> refused(tx, scope, link));
            throw new NotAuthenticatedException(
                    "other_browser",
                    "The link was asked for in another browser. Copy it into that one, or ask for another link here.");
        }
        SessionBook.Issued issued = scope.run(tx -> begin(tx, scope, sent, kept, link, client));
        return feature.sessions.answer(scope, issued, false);
    }

    /** Somebody has the link whose browser did not ask for it. */
    private LinkStore.Link refused(Tx tx, Scope scope, LinkStore.Link link) {
        Map<String, Object> wrong = Map.of("wrong", "browser");
        CustomerId customer = link.customer();
        feature.events.append(
                tx,
                scope,
                "login_failed",
                customer == null ? wrong : Holder.of(customer).payload(wrong));
        return link;
    }

    /**
     * The address is locked before the link, as by who takes the address away, with which the link goes.
     *
     * @throws NotAuthenticatedException when somebody was faster, or the address is not the customer's any more
     */
    private SessionBook.Issued begin(
            Tx tx, Scope scope, OpaqueToken sent, byte[] kept, LinkStore.Link link, Client client) {
        Scope joined = scope.in(tx);
        Customer customer = customer(joined, link).orElseThrow(LoginService::wrongLink);
        if (!store.holdAddress(tx, link.email(), customer.id()) || !store.take(tx, sent, kept)) {
            throw LoginService.wrongLink();
        }
        feature.attempts.succeeded(tx, Attempts.of(Attempts.Kind.LINK, link.email(), client.address()));
        return feature.sessions.begin(
                tx,
                feature.as(joined, customer.actor()),
                new SessionBook.Opening(Holder.of(customer.id()), link.email(), false, null),
                client);
    }

    /** Whose link it is: still whose it was when it was made, or whoever has the address by now that nobody had. */
    private Optional<Customer> customer(Scope joined, LinkStore.Link link) {
        EmailAddress email = new EmailAddress(link.email());
        if (link.customer() != null) {
            return feature.customers
                    .customers(joined)
                    .findByEmail(email)
                    .filter(found -> found.id().equals(link.customer()));
        }
        return feature.options.customerLogin() == CustomerLogin.ANYBODY
                ? Optional.of(feature.customers.customers(joined).findOrCreate(email, null))
                : Optional.empty();
    }

    void purge(Tx tx, Instant now) {
        store.purge(tx, now);
    }
}
