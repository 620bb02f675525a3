package io.insightdesk.login;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.MailAddresses;
import io.insightdesk.key.Secret;
import java.net.URI;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How people log in with the library's own login. Immutable; made by {@link #withSecret} or {@link #withKeys}. Needs on the class path
 * {@code com.nimbusds:nimbus-jose-jwt}, {@code org.bouncycastle:bcprov-jdk18on} and {@code com.nulab-inc:zxcvbn}, which the library
 * does not bring.
 *
 * <p>A password has {@value #MIN_PASSWORD} to {@value #MAX_PASSWORD} characters, any of them, and is taken as it is typed. It is
 * refused when it is easily guessed, such as by the agent's name or a word and a year, or when {@link BreachedPasswords} knows it. No kinds of
 * characters are asked for, and no change from time to time (OWASP ASVS 5.0, 6.2).
 *
 * @since 0.1.0
 */
public final class LoginOptions {

    /** The least number of characters of a password. */
    public static final int MIN_PASSWORD = 12;

    /** The greatest number of characters of a password. */
    public static final int MAX_PASSWORD = 256;

    /** The memory of Argon2id in KiB: 19 MiB, with two passes and one lane, as OWASP's cheat sheet on storing passwords says. */
    public static final int ARGON2_MEMORY_KIB = 19_456;

    /** How long an access token is good where nothing is said. */
    public static final Duration DEFAULT_ACCESS_LIFETIME = Duration.ofMinutes(15);

    /** How long a refresh token is good where nothing is said: a session that nobody uses for so long ends. */
    public static final Duration DEFAULT_REFRESH_LIFETIME = Duration.ofDays(7);

    /** How long a session lasts at most where nothing is said, however much it is used. */
    public static final Duration DEFAULT_SESSION_LIFETIME = Duration.ofDays(30);

    /** Who issues tokens, and for whom, where nothing is said. */
    public static final String DEFAULT_ISSUER = "insightdesk";

    /** After this time at the latest every node refuses access tokens of a session that was ended on another. */
    public static final Duration REVOCATION_SEEN_WITHIN = Duration.ofSeconds(5);

    /** The longest that an account or address has to wait after failed attempts. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    /** How long a second factor can be given after the password. */
    public static final Duration CHALLENGE_LIFETIME = Duration.ofMinutes(5);

    /** How long a login by an OpenID provider may take. */
    public static final Duration OPENID_LIFETIME = Duration.ofMinutes(10);

    /** How long a link to set the password anew is good. */
    public static final Duration RESET_LIFETIME = Duration.ofHours(1);

    /** How long a link is good by which a customer logs in, from when it was asked for. */
    public static final Duration LINK_LIFETIME = Duration.ofMinutes(15);

    /** How long an invitation is good, and a link to verify an address. */
    public static final Duration INVITATION_LIFETIME = Duration.ofDays(7);

    /** So many mails to set the password anew leave for an address within an hour, and so many with links by which a customer logs in. */
    public static final int MAILS_PER_HOUR = 5;

    /** The least number of characters of a secret that signs tokens. */
    public static final int MIN_SECRET = 32;

    private final @Nullable Secret secret;
    private final @Nullable Secret previousSecret;
    private final @Nullable ECPrivateKey privateKey;
    private final List<ECPublicKey> publicKeys;
    private final String issuer;
    private final Duration accessLifetime;
    private final Duration refreshLifetime;
    private final Duration sessionLifetime;
    private final @Nullable URI links;
    private final @Nullable String mailFrom;
    private final BreachedPasswords breachedPasswords;
    private final boolean verifiedEmailNeeded;
    private final Set<Permission> secondFactorFor;
    private final CustomerLogin customerLogin;
    private final @Nullable URI openIdCallback;
    private final List<OpenIdProvider> openIdProviders;
    private final @Nullable RelyingParty securityKeys;

    private LoginOptions(Builder builder) {
        this.secret = builder.secret;
        this.previousSecret = builder.previousSecret;
        this.privateKey = builder.privateKey;
        this.publicKeys = List.copyOf(builder.publicKeys);
        this.issuer = builder.issuer;
        this.accessLifetime = builder.accessLifetime;
        this.refreshLifetime = builder.refreshLifetime;
        this.sessionLifetime = builder.sessionLifetime;
        this.links = builder.links;
        this.mailFrom = builder.mailFrom;
        this.breachedPasswords = builder.breachedPasswords;
        this.verifiedEmailNeeded = builder.verifiedEmailNeeded;
        this.secondFactorFor = Set.copyOf(builder.secondFactorFor);
        this.customerLogin = builder.customerLogin;
        this.openIdCallback = builder.openIdCallback;
        this.openIdProviders = builder.openIdProviders;
        this.securityKeys = builder.securityKeys;
    }

    /**
     * Begins with a secret that all nodes share: access tokens are signed by HMAC (HS256), and only these nodes can verify them.
     *
     * @param secret at least {@value #MIN_SECRET} random characters
     * @return a builder
     */
    public static Builder withSecret(Secret secret) {
        Builder builder = new Builder();
        builder.secret = requireNonNull(secret, "secret");
        return builder;
    }

    /**
     * Begins with a pair of keys on the curve P-256: access tokens are signed by ES256, and others can verify them by the public key
     * ({@link Logins#publicKeys}).
     *
     * @param privateKey signs
     * @param publicKey verifies what the other signs
     * @return a builder
     */
    public static Builder withKeys(ECPrivateKey privateKey, ECPublicKey publicKey) {
        Builder builder = new Builder();
        builder.privateKey = requireNonNull(privateKey, "privateKey");
        builder.publicKeys.add(requireNonNull(publicKey, "publicKey"));
        return builder;
    }

    /**
     * The secret that signs.
     *
     * @return the secret; null where there is a pair of keys
     */
    public @Nullable Secret secret() {
        return secret;
    }

    /**
     * The secret that signed before.
     *
     * @return the secret; null for none
     */
    public @Nullable Secret previousSecret() {
        return previousSecret;
    }

    /**
     * The key that signs.
     *
     * @return the key; null where there is a secret
     */
    public @Nullable ECPrivateKey privateKey() {
        return privateKey;
    }

    /**
     * The keys that verify.
     *
     * @return that of the private key first, then previous ones; none where there is a secret
     */
    public List<ECPublicKey> publicKeys() {
        return publicKeys;
    }

    /**
     * Who issues tokens, which is also for whom they are.
     *
     * @return the claims {@code iss} and {@code aud}
     */
    public String issuer() {
        return issuer;
    }

    /**
     * How long an access token is good.
     *
     * @return a positive time
     */
    public Duration accessLifetime() {
        return accessLifetime;
    }

    /**
     * How long a refresh token is good.
     *
     * @return a positive time
     */
    public Duration refreshLifetime() {
        return refreshLifetime;
    }

    /**
     * How long a session lasts at most.
     *
     * @return a positive time
     */
    public Duration sessionLifetime() {
        return sessionLifetime;
    }

    /**
     * Where links in mails lead.
     *
     * @return the address of the web console; null where no mails are sent
     */
    public @Nullable URI links() {
        return links;
    }

    /**
     * Who sends the mails.
     *
     * @return a mail address; null where no mails are sent
     */
    public @Nullable String mailFrom() {
        return mailFrom;
    }

    /**
     * Who knows breached passwords.
     *
     * @return the hook
     */
    public BreachedPasswords breachedPasswords() {
        return breachedPasswords;
    }

    /**
     * Whether only agents with a verified address can log in.
     *
     * @return true when it is needed
     */
    public boolean verifiedEmailNeeded() {
        return verifiedEmailNeeded;
    }

    /**
     * Who needs a second factor.
     *
     * @return agents with any of these permissions do
     */
    public Set<Permission> secondFactorFor() {
        return secondFactorFor;
    }

    /**
     * Which customers may log in.
     *
     * @return none unless it was said
     */
    public CustomerLogin customerLogin() {
        return customerLogin;
    }

    /**
     * Where OpenID providers send browsers back to.
     *
     * @return the address; null where there are no providers
     */
    public @Nullable URI openIdCallback() {
        return openIdCallback;
    }

    /**
     * Where agents may log in instead of with a password.
     *
     * @return the providers, in the order in which they are offered; unmodifiable
     */
    public List<OpenIdProvider> openIdProviders() {
        return openIdProviders;
    }

    /**
     * Where security keys are good.
     *
     * @return the pages that ask them; null where none are offered
     */
    public @Nullable RelyingParty securityKeys() {
        return securityKeys;
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return "LoginOptions[issuer=" + issuer + ", " + (secret == null ? "ES256" : "HS256") + "]";
    }

    /** Collects choices. Not thread-safe. */
    public static final class Builder {

        private static final int P256_BITS = 256;

        private @Nullable Secret secret;
        private @Nullable Secret previousSecret;
        private @Nullable ECPrivateKey privateKey;
        private final List<ECPublicKey> publicKeys = new ArrayList<>();
        private String issuer = DEFAULT_ISSUER;
        private Duration accessLifetime = DEFAULT_ACCESS_LIFETIME;
        private Duration refreshLifetime = DEFAULT_REFRESH_LIFETIME;
        private Duration sessionLifetime = DEFAULT_SESSION_LIFETIME;
        private @Nullable URI links;
        private @Nullable String mailFrom;
        private BreachedPasswords breachedPasswords = BreachedPasswords.NONE;
        private boolean verifiedEmailNeeded;
        private Set<Permission> secondFactorFor = Set.of();
        private CustomerLogin customerLogin = CustomerLogin.OFF;
        private @Nullable URI openIdCallback;
        private List<OpenIdProvider> openIdProviders = List.of();
        private @Nullable RelyingParty securityKeys;

        private Builder() {}

        /**
         * Goes on verifying what an older secret signed, while it is replaced: for as long as an access token is good.
         *
         * @param value the secret before; null for none
         * @return this
         */
        public Builder previousSecret(@Nullable Secret value) {
            this.previousSecret = value;
            return this;
        }

        /**
         * Goes on verifying what an older key signed, while it is replaced: for as long as an access token is good. Also takes a
         * key that will sign soon, so that others learn of it before.
         *
         * @param value another public key on P-256
         * @return this
         */
        public Builder otherKey(ECPublicKey value) {
            publicKeys.add(requireNonNull(value, "value"));
            return this;
        }

        /**
         * Names who issues tokens; {@value #DEFAULT_ISSUER} otherwise. Tokens of another issuer are refused, so that installations that
         * share a key do not let in each other's people.
         *
         * @param value such as the address of the API
         * @return this
         */
        public Builder issuer(String value) {
            this.issuer = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how long an access token is good; {@link #DEFAULT_ACCESS_LIFETIME} otherwise.
         *
         * @param value at least a second
         * @return this
         */
        public Builder accessLifetime(Duration value) {
            this.accessLifetime = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how long a refresh token is good; {@link #DEFAULT_REFRESH_LIFETIME} otherwise.
         *
         * @param value not less than an access token's
         * @return this
         */
        public Builder refreshLifetime(Duration value) {
            this.refreshLifetime = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how long a session lasts at most; {@link #DEFAULT_SESSION_LIFETIME} otherwise.
         *
         * @param value not less than a refresh token's
         * @return this
         */
        public Builder sessionLifetime(Duration value) {
            this.sessionLifetime = requireNonNull(value, "value");
            return this;
        }

        /**
         * Lets mails leave: invitations, links to set a password anew, to verify an address, and to log a customer in. They need a mail
         * transport, too. The links are {@code console/reset-password#token=…}, {@code console/verify-email#token=…} and {@code
         * console/log-in#token=…}: the token is in the part that browsers keep to themselves.
         *
         * @param console the address of the web console, absolute, http or https
         * @param from the sender's mail address
         * @return this
         */
        public Builder mails(URI console, String from) {
            this.links = requireNonNull(console, "console");
            this.mailFrom = requireNonNull(from, "from");
            return this;
        }

        /**
         * Sets who knows breached passwords; {@link BreachedPasswords#NONE} otherwise.
         *
         * @param value the hook
         * @return this
         */
        public Builder breachedPasswords(BreachedPasswords value) {
            this.breachedPasswords = requireNonNull(value, "value");
            return this;
        }

        /**
         * Lets only agents log in whose address is verified, by an invitation or another link in a mail; not needed otherwise.
         *
         * @param value true when it is needed
         * @return this
         */
        public Builder verifiedEmailNeeded(boolean value) {
            this.verifiedEmailNeeded = value;
            return this;
        }

        /**
         * Asks agents for a second factor who have any of the permissions: until one is set up their sessions may do nothing else. By
         * permissions and not by roles, so that no role can be made that goes around it. Others may set one up.
         *
         * @param values such as {@link Permission#AGENT_ADMIN}; none for nobody
         * @return this
         */
        public Builder secondFactorFor(Set<Permission> values) {
            this.secondFactorFor = Set.copyOf(values);
            return this;
        }

        /**
         * Lets customers log in by a link that is sent to their mail address; {@link CustomerLogin#OFF} otherwise. Needs {@link #mails}.
         *
         * @param value which customers
         * @return this
         */
        public Builder customerLogin(CustomerLogin value) {
            this.customerLogin = requireNonNull(value, "value");
            return this;
        }

        /**
         * Lets agents log in at OpenID providers.
         *
         * @param callback where the providers send browsers back to, as it was registered with them: a page that gives {@code state} and
         *     {@code code} of its query to {@link Logins#finishOpenId}; absolute, http or https
         * @param providers in the order in which they are to be offered
         * @return this
         */
        public Builder openId(URI callback, List<OpenIdProvider> providers) {
            this.openIdCallback = requireNonNull(callback, "callback");
            this.openIdProviders = List.copyOf(providers);
            return this;
        }

        /**
         * Offers security keys and passkeys as second factors; none are offered otherwise. Needs {@code com.webauthn4j:webauthn4j-core}
         * on the class path, which the library does not bring.
         *
         * @param value where they are good
         * @return this
         */
        public Builder securityKeys(RelyingParty value) {
            this.securityKeys = requireNonNull(value, "value");
            return this;
        }

        /**
         * Checks and makes them.
         *
         * @return the options
         * @throws io.insightdesk.error.InvalidInputException listing everything that is wrong; without the secrets
         */
        public LoginOptions build() {
            Violations violations = new Violations();
            checkSecret(violations, "/secret", secret);
            checkSecret(violations, "/previousSecret", previousSecret);
            if ((secret == null && previousSecret != null) || (secret != null && !publicKeys.isEmpty())) {
                violations.add("/previousSecret", "invalid_value", "Keys and secrets cannot be mixed.");
            }
            for (ECPublicKey key : publicKeys) {
                if (key.getParams().getCurve().getField().getFieldSize() != P256_BITS) {
                    violations.add("/publicKeys", "invalid_value", "The keys have to be on the curve P-256.");
                }
            }
            if (issuer.isBlank() || issuer.length() > 200) {
                violations.add("/issuer", "invalid_value", "The issuer has 1 to 200 characters.");
            }
            if (accessLifetime.compareTo(Duration.ofSeconds(1)) < 0
                    || refreshLifetime.compareTo(accessLifetime) < 0
                    || sessionLifetime.compareTo(refreshLifetime) < 0) {
                violations.add(
                        "/accessLifetime",
                        "out_of_range",
                        "An access token is good for at least a second, a refresh token not for less, a session not for less than that.");
            }
            if (links != null
                    && (links.getHost() == null || !Set.of("http", "https").contains(links.getScheme()))) {
                violations.add("/links", "invalid_value", "Links need an absolute http or https address.");
            }
            if (openIdCallback != null
                    && (openIdCallback.getHost() == null
                            || openIdCallback.getFragment() != null
                            || !Set.of("http", "https").contains(openIdCallback.getScheme()))) {
                violations.add(
                        "/openIdCallback",
                        "invalid_value",
                        "Providers need an absolute http or https address to send back to.");
            }
            if (customerLogin != CustomerLogin.OFF && mailFrom == null) {
                violations.add(
                        "/customerLogin", "required", "Customers log in by mails: say with mails(…) who sends them.");
            }
            if (openIdProviders.stream().map(OpenIdProvider::name).distinct().count() < openIdProviders.size()) {
                violations.add("/openIdProviders", "duplicate", "Each provider has a name of its own.");
            }
            if (mailFrom != null && MailAddresses.normalize(mailFrom).isEmpty()) {
                violations.add("/mailFrom", "invalid_value", "The sender has to be a mail address.");
            }
            violations.throwIfAny();
            return new LoginOptions(this);
        }

        private static void checkSecret(Violations violations, String pointer, @Nullable Secret value) {
            if (value != null && value.reveal().length() < MIN_SECRET) {
                violations.add(
                        pointer,
                        "too_short",
                        "A secret has at least " + MIN_SECRET + " characters, not "
                                + value.reveal().length() + ".");
            }
        }
    }
}
