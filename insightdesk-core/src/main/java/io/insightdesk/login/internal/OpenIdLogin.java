package io.insightdesk.login.internal;

import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.identity.Agent;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.MailAddresses;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Sha256;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.OpenIdProvider;
import io.insightdesk.login.OpenIdStart;
import io.insightdesk.tenant.Tenant;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Logs agents in who come from an OpenID provider. Thread-safe. */
final class OpenIdLogin {

    private static final int RANDOM_BYTES = 32;
    private static final int MAX_NAME = 200;

    private final LoginFeature feature;
    private final OpenIdStore store = new OpenIdStore();
    private final Map<String, OpenIdClient> clients = new LinkedHashMap<>();

    OpenIdLogin(LoginFeature feature) {
        this.feature = feature;
        URI callback = feature.options.openIdCallback();
        for (OpenIdProvider provider : feature.options.openIdProviders()) {
            if (callback != null) {
                clients.put(provider.name(), new OpenIdClient(provider, callback, System::nanoTime));
            }
        }
    }

    /** The names of the providers that a tenant's agents may use. */
    List<String> providers(String slug) {
        return clients.values().stream()
                .map(OpenIdClient::provider)
                .filter(provider -> isFor(provider, slug))
                .map(OpenIdProvider::name)
                .toList();
    }

    OpenIdStart begin(Optional<Tenant> tenant, String name, Client client) {
        OpenIdClient provider = clients.get(name);
        if (provider == null
                || tenant.isEmpty()
                || !isFor(provider.provider(), tenant.get().slug())) {
            throw notOffered();
        }
        Scope scope = feature.system(tenant.get().id(), client);
        OpaqueToken state = OpaqueToken.make(scope.tenant(), Ids.next(), feature.random);
        OpaqueToken binding = OpaqueToken.make(scope.tenant(), state.id(), feature.random);
        OpenIdStore.Pending pending = new OpenIdStore.Pending(name, random(), random());
        Instant expiresAt = scope.now().plus(LoginOptions.OPENID_LIFETIME);
        // Asks the provider, so before anything is written.
        URI location =
                provider.location(state.text(OpaqueToken.OPENID_STATE), pending.nonce(), challenge(pending.verifier()));
        scope.run(tx -> {
            store.add(tx, state, binding, pending, expiresAt);
            return true;
        });
        return new OpenIdStart(location, binding.text(OpaqueToken.OPENID_BINDING), expiresAt);
    }

    LoginAnswer finish(String state, String code, String binding, Client client) {
        OpaqueToken sent = OpaqueToken.read(OpaqueToken.OPENID_STATE, state).orElseThrow(OpenIdLogin::wrongState);
        OpaqueToken kept = OpaqueToken.read(OpaqueToken.OPENID_BINDING, binding).orElseThrow(OpenIdLogin::wrongState);
        Scope scope = feature.system(sent.tenant(), client);
        OpenIdStore.Pending pending =
                scope.run(tx -> store.take(tx, sent, kept, scope.now())).orElseThrow(OpenIdLogin::wrongState);
        OpenIdClient provider = clients.get(pending.provider());
        Tenant tenant = feature.tenants.get(scope.tenant());
        if (provider == null || !tenant.active() || !isFor(provider.provider(), tenant.slug())) {
            throw notOffered();
        }
        OpenIdClient.Person person = provider.exchange(code, pending, scope.now());
        Agent agent = agent(scope, provider.provider(), person);
        return feature.beginSession(
                scope,
                agent,
                provider.provider().secondFactor(),
                provider.provider().sessionLifetime(),
                client);
    }

    private Agent agent(Scope scope, OpenIdProvider provider, OpenIdClient.Person person) {
        String email = email(provider, person);
        String domain = email == null ? "" : email.substring(email.lastIndexOf('@') + 1);
        boolean meant =
                provider.emailDomains().isEmpty() || provider.emailDomains().contains(domain);
        Optional<Agent> found = meant
                ? feature.identity
                        .link(scope, subject(provider, person), name(person, email), email, provider.newAgents())
                        .filter(Agent::active)
                : Optional.empty();
        if (found.isEmpty()) {
            scope.run(tx -> feature.failed(tx, scope, null, "openid:" + provider.name()));
            throw new NotAuthenticatedException(
                    "openid_unknown_agent",
                    "There is no active agent for this login: ask an administrator to add you with the mail address that the"
                            + " provider has verified.");
        }
        return found.get();
    }

    /** Lasting, of one length, and no other host's: those may call their users what they like, but not like this. */
    private static String subject(OpenIdProvider provider, OpenIdClient.Person person) {
        byte[] both = (provider.issuer() + "\n" + person.subject()).getBytes(StandardCharsets.UTF_8);
        return "openid:" + text(Sha256.of(both));
    }

    private static @Nullable String email(OpenIdProvider provider, OpenIdClient.Person person) {
        String email = person.email();
        return email == null || !(person.emailVerified() || provider.trustsEmails())
                ? null
                : MailAddresses.normalize(email).orElse(null);
    }

    private static String name(OpenIdClient.Person person, @Nullable String email) {
        String name = person.name() == null || person.name().isBlank()
                ? email
                : person.name().strip();
        return name == null ? "" : name.substring(0, Math.min(name.length(), MAX_NAME));
    }

    private static boolean isFor(OpenIdProvider provider, String slug) {
        return provider.tenants().isEmpty() || provider.tenants().contains(slug);
    }

    void purge(Tx tx, Instant now) {
        store.purge(tx, now);
    }

    private String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        feature.random.nextBytes(bytes);
        return text(bytes);
    }

    private static String challenge(String verifier) {
        return text(Sha256.of(verifier.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static NotAuthenticatedException wrongState() {
        return new NotAuthenticatedException(
                "openid_state_invalid",
                "The login was begun in another browser, took too long, or was finished already. Begin again.");
    }

    private static NotAuthenticatedException notOffered() {
        return new NotAuthenticatedException(
                "openid_not_offered", "There is no such tenant, or it does not offer this provider.");
    }
}
