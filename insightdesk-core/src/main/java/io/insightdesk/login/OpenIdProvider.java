package io.insightdesk.login;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import io.insightdesk.identity.Role;
import io.insightdesk.key.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A provider of identities by OpenID Connect Core 1.0, found by its discovery document. Agents log in there by the authorization code
 * flow with PKCE (RFC 7636, S256). Immutable.
 *
 * <p>An agent is known by the provider's issuer and subject, which never change. The first login finds the agent by the mail
 * address, provided that the provider has verified it ({@code email_verified}) or {@linkplain Builder#trustsEmails is trusted}
 * with addresses, and that the agent is nobody else's. Whoever is no agent is refused, unless there is a
 * {@linkplain Builder#newAgents role for new agents}.
 *
 * @since 0.1.0
 */
public final class OpenIdProvider {

    /** The issuer of Google's identities. */
    public static final URI GOOGLE = URI.create("https://accounts.google.com");

    /**
     * How long a session lasts at most where nothing is said, after which the agent has to come back from the provider: who is switched off
     * there is out here within this time.
     */
    public static final Duration DEFAULT_SESSION_LIFETIME = Duration.ofHours(12);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9.-]{1,253}");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int MAX_TEXT = 500;

    private final String name;
    private final URI issuer;
    private final String clientId;
    private final @Nullable Secret clientSecret;
    private final List<String> scopes;
    private final Set<String> tenants;
    private final Set<String> emailDomains;
    private final boolean trustsEmails;
    private final boolean secondFactor;
    private final @Nullable Role newAgents;
    private final Duration sessionLifetime;

    private OpenIdProvider(Builder builder) {
        this.name = builder.name;
        this.issuer = builder.issuer;
        this.clientId = builder.clientId;
        this.clientSecret = builder.clientSecret;
        this.scopes = builder.scopes;
        this.tenants = builder.tenants;
        this.emailDomains = builder.emailDomains;
        this.trustsEmails = builder.trustsEmails;
        this.secondFactor = builder.secondFactor;
        this.newAgents = builder.newAgents;
        this.sessionLifetime = builder.sessionLifetime;
    }

    /**
     * Begins with any provider that has a discovery document.
     *
     * @param name what the provider is called in addresses: up to 40 small letters, digits and hyphens, a letter first
     * @param issuer the issuer, to which {@code /.well-known/openid-configuration} is appended: https, or http on this machine. The host
     *     of this process calls it, so it comes from whoever operates the installation, never from a tenant
     * @param clientId as the provider gave it
     * @return a builder
     */
    public static Builder of(String name, URI issuer, String clientId) {
        return new Builder(
                requireNonNull(name, "name"), requireNonNull(issuer, "issuer"), requireNonNull(clientId, "clientId"));
    }

    /**
     * Begins with Google, which verifies addresses. Anybody may have an account there: it lets in whoever is an agent, and with a
     * {@linkplain Builder#newAgents role for new agents} only with {@linkplain Builder#emailDomains domains}.
     *
     * @param clientId as Google's console shows it
     * @param clientSecret as Google's console shows it
     * @return a builder of a provider {@code google}
     */
    public static Builder google(String clientId, Secret clientSecret) {
        return of("google", GOOGLE, clientId).clientSecret(clientSecret);
    }

    /**
     * Begins with one directory of Microsoft Entra ID. It says of no address that it is verified; those of one's own directory are
     * trusted nevertheless, since its administrators set them. The directories {@code common}, {@code organizations} and {@code consumers}
     * are refused, in which anybody may claim any address.
     *
     * @param directory the directory's identifier, a UUID
     * @param clientId the application's identifier
     * @param clientSecret a secret of the application
     * @return a builder of a provider {@code microsoft}
     */
    public static Builder microsoft(UUID directory, String clientId, Secret clientSecret) {
        return of("microsoft", microsoftIssuer(directory), clientId)
                .clientSecret(clientSecret)
                .trustsEmails(true);
    }

    /**
     * The issuer of the identities of a directory of Microsoft Entra ID.
     *
     * @param directory the directory's identifier, a UUID
     * @return the issuer
     */
    public static URI microsoftIssuer(UUID directory) {
        return URI.create("https://login.microsoftonline.com/" + directory + "/v2.0");
    }

    /**
     * What the provider is called in addresses.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Who vouches for identities.
     *
     * @return the claim {@code iss}
     */
    public URI issuer() {
        return issuer;
    }

    /**
     * Who asks.
     *
     * @return the claim {@code aud}
     */
    public String clientId() {
        return clientId;
    }

    /**
     * What proves who asks.
     *
     * @return the secret; null for a public client, which PKCE alone protects
     */
    public @Nullable Secret clientSecret() {
        return clientSecret;
    }

    /**
     * What is asked for.
     *
     * @return scopes, {@code openid} among them
     */
    public List<String> scopes() {
        return scopes;
    }

    /**
     * Whose agents may log in by it.
     *
     * @return slugs of tenants; empty for all
     */
    public Set<String> tenants() {
        return tenants;
    }

    /**
     * Which mail addresses are let in.
     *
     * @return domains in small letters; empty for all
     */
    public Set<String> emailDomains() {
        return emailDomains;
    }

    /**
     * Whether addresses count as verified of which the provider does not say so.
     *
     * @return true when they do
     */
    public boolean trustsEmails() {
        return trustsEmails;
    }

    /**
     * Whether the provider asks for a second factor itself.
     *
     * @return true when its logins count as such
     */
    public boolean secondFactor() {
        return secondFactor;
    }

    /**
     * What becomes of people who are no agents yet.
     *
     * @return the role in which they become agents; null where they are refused
     */
    public @Nullable Role newAgents() {
        return newAgents;
    }

    /**
     * How long a session lasts that was begun there, if the {@linkplain LoginOptions#sessionLifetime() lifetime of all} is not shorter.
     *
     * @return a positive time
     */
    public Duration sessionLifetime() {
        return sessionLifetime;
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return "OpenIdProvider[" + name + ", " + issuer + "]";
    }

    /** Collects choices. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final URI issuer;
        private final String clientId;
        private @Nullable Secret clientSecret;
        private List<String> scopes = List.of("openid", "email", "profile");
        private Set<String> tenants = Set.of();
        private Set<String> emailDomains = Set.of();
        private boolean trustsEmails;
        private boolean secondFactor;
        private @Nullable Role newAgents;
        private Duration sessionLifetime = DEFAULT_SESSION_LIFETIME;

        private Builder(String name, URI issuer, String clientId) {
            this.name = name;
            this.issuer = issuer;
            this.clientId = clientId;
        }

        /**
         * Sets what proves who asks; otherwise it is a public client.
         *
         * @param value as the provider gave it; null for none
         * @return this
         */
        public Builder clientSecret(@Nullable Secret value) {
            this.clientSecret = value;
            return this;
        }

        /**
         * Sets what is asked for; {@code openid email profile} otherwise.
         *
         * @param values scopes, {@code openid} among them
         * @return this
         */
        public Builder scopes(List<String> values) {
            this.scopes = List.copyOf(values);
            return this;
        }

        /**
         * Offers the provider to some tenants; to all otherwise.
         *
         * @param slugs slugs of tenants
         * @return this
         */
        public Builder tenants(Set<String> slugs) {
            this.tenants = Set.copyOf(slugs);
            return this;
        }

        /**
         * Lets in only addresses of some domains; all otherwise.
         *
         * @param values such as {@code example.com}, in small letters; domains below are not meant
         * @return this
         */
        public Builder emailDomains(Set<String> values) {
            this.emailDomains = Set.copyOf(values);
            return this;
        }

        /**
         * Takes addresses for verified of which the provider does not say so. Only for a directory whose administrators are
         * trusted with every agent of the tenants: who sets an address there becomes the agent who has it here.
         *
         * @param value true when it is trusted
         * @return this
         */
        public Builder trustsEmails(boolean value) {
            this.trustsEmails = value;
            return this;
        }

        /**
         * Counts a login there as one with a second factor, because the provider asks for one.
         *
         * @param value true when it does
         * @return this
         */
        public Builder secondFactor(boolean value) {
            this.secondFactor = value;
            return this;
        }

        /**
         * Makes agents of people who are none yet. Needs {@link #tenants} of which the provider is, and domains where anybody can have
         * an account.
         *
         * @param role the role of new agents; null to refuse such people
         * @return this
         */
        public Builder newAgents(@Nullable Role role) {
            this.newAgents = role;
            return this;
        }

        /**
         * Sets how long a session lasts at most that was begun there, however much it is used; {@link #DEFAULT_SESSION_LIFETIME} otherwise. Then
         * the agent logs in at the provider again (OWASP ASVS 5.0, 7.6.1). A session here is not ended by one that ends there.
         *
         * @param value at least a minute
         * @return this
         */
        public Builder sessionLifetime(Duration value) {
            this.sessionLifetime = requireNonNull(value, "value");
            return this;
        }

        /**
         * Checks and makes it.
         *
         * @return the provider
         * @throws io.insightdesk.error.InvalidInputException listing everything that is wrong
         */
        public OpenIdProvider build() {
            Violations violations = new Violations();
            if (!NAME.matcher(name).matches()) {
                violations.add(
                        "/name",
                        "invalid_value",
                        "The name has up to 40 small letters, digits and hyphens, a letter first, such as google.");
            }
            String host = issuer.getHost();
            boolean secure = "https".equals(issuer.getScheme())
                    || ("http".equals(issuer.getScheme()) && host != null && LOOPBACK.contains(host));
            if (host == null || !secure || issuer.getQuery() != null || issuer.getFragment() != null) {
                violations.add(
                        "/issuer",
                        "invalid_value",
                        "The issuer is an https address without query and fragment; http only on this machine.");
            }
            if (issuer.toString()
                    .matches("https://login\\.microsoftonline\\.com/(common|organizations|consumers)(/.*)?")) {
                violations.add(
                        "/issuer",
                        "invalid_value",
                        "Name one directory by its identifier: in the shared ones anybody may claim any mail address.");
            }
            if (clientId.isBlank() || clientId.length() > MAX_TEXT) {
                violations.add("/clientId", "invalid_value", "The client has an identifier of up to 500 characters.");
            }
            if (!scopes.contains("openid")
                    || scopes.stream().anyMatch(scope -> !scope.matches("[!#-\\[\\]-~]{1,100}"))) {
                violations.add("/scopes", "invalid_value", "The scopes are words, openid among them.");
            }
            if (emailDomains.stream()
                    .anyMatch(domain ->
                            !DOMAIN.matcher(domain).matches() || !domain.equals(domain.toLowerCase(Locale.ROOT)))) {
                violations.add("/emailDomains", "invalid_value", "Domains are such as example.com, in small letters.");
            }
            if (sessionLifetime.compareTo(Duration.ofMinutes(1)) < 0) {
                violations.add("/sessionLifetime", "out_of_range", "A session lasts at least a minute.");
            }
            if (newAgents != null && tenants.isEmpty()) {
                violations.add(
                        "/tenants",
                        "required",
                        "Say of which tenants people become agents who log in for the first time.");
            }
            if (newAgents != null && String.valueOf(GOOGLE.getHost()).equals(host) && emailDomains.isEmpty()) {
                violations.add(
                        "/emailDomains",
                        "required",
                        "Anybody has an account at Google: say which domains become agents.");
            }
            violations.throwIfAny();
            return new OpenIdProvider(this);
        }
    }
}
