package io.insightdesk.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be said of each provider that {@link Setting#OPENID_PROVIDERS} names. The order is that of {@code .env.example}. */
enum OpenIdSetting {
    PRESET("google or microsoft, which say the issuer. Otherwise give the ISSUER.", null, "google"),
    ISSUER(
            "The issuer, to which /.well-known/openid-configuration is appended: https, or http on this machine.",
            null,
            "https://id.example.com/realms/staff"),
    DIRECTORY(
            "For the preset microsoft: the identifier of your directory, whose administrators are trusted with mail addresses.",
            null,
            "72f988bf-86f1-41af-91ab-2d7cd011db47"),
    CLIENT_ID("What the provider calls this server. Required.", null, "insightdesk"),
    CLIENT_SECRET("What proves that; without it the client is a public one.", null, "the-secret", true),
    SCOPES("What is asked for, separated by spaces or commas.", "openid email profile", "openid email"),
    TENANTS("To which tenants it is offered, by slug, separated by commas.", "all", "acme"),
    EMAIL_DOMAINS("The domains of the mail addresses that are let in, separated by commas.", "all", "acme.example"),
    TRUSTS_EMAILS(
            "true takes addresses for verified of which the provider does not say so.",
            "true for the preset microsoft, else false",
            "false"),
    SECOND_FACTOR(
            "true counts a login there as one with a second factor, because the provider asks for one.",
            "false",
            "true"),
    NEW_AGENTS(
            "The role in which people become agents who are none yet. Needs TENANTS, and for Google EMAIL_DOMAINS. Without it they are"
                    + " refused.",
            null,
            "light_agent"),
    SESSION_LIFETIME("After so long the agent has to log in there again.", "12h", "8h");

    private final String about;
    private final @Nullable String byDefault;
    private final String example;
    private final boolean secret;

    OpenIdSetting(String about, @Nullable String byDefault, String example) {
        this(about, byDefault, example, false);
    }

    OpenIdSetting(String about, @Nullable String byDefault, String example, boolean secret) {
        this.about = about;
        this.byDefault = byDefault;
        this.example = example;
        this.secret = secret;
    }

    /** The variable for a provider, such as {@code OPENID_GOOGLE_CLIENT_ID}. */
    String variable(String provider) {
        return "OPENID_" + provider.toUpperCase(Locale.ROOT).replace('-', '_') + "_" + name();
    }

    String example() {
        return example;
    }

    /** Whether its value is never printed. */
    boolean secret() {
        return secret;
    }

    String about() {
        return about;
    }

    @Nullable String byDefault() {
        return byDefault;
    }
}
