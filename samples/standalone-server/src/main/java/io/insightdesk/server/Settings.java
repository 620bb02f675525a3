package io.insightdesk.server;

import io.insightdesk.jaxrs.Cors;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.Secret;
import io.insightdesk.limit.AddressRange;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings, checked. Immutable; {@code toString} shows no secret.
 *
 * @param environment where the server runs
 * @param role what the process does
 * @param http how it is reached
 * @param database the database; null for the embedded one of development
 * @param pool how many connections
 * @param valkey by which servers wake each other; null for the database's notifications
 * @param smtp the server that sends mail; null for none, or for the mail catcher of development
 * @param mailEnabled whether mail is sent at all
 * @param blobDirectory where files are kept; null for the database
 * @param encryptionKeys encrypt secrets in the database, the current one first; empty for none, or for that of development
 * @param login how people log in
 * @param metricsToken who may read the metrics; null for no such token
 * @param development the ports and the directory of development
 * @param shutdownGrace how long running work may take at the end
 * @param logLevel how much is logged
 * @param reserved variables that are set, known and not used yet
 */
record Settings(
        AppEnvironment environment,
        ServerRole role,
        Http http,
        @Nullable DatabaseUrl database,
        Pool pool,
        @Nullable Secret valkey,
        @Nullable Smtp smtp,
        boolean mailEnabled,
        @Nullable Path blobDirectory,
        List<EncryptionKey> encryptionKeys,
        Login login,
        @Nullable Secret metricsToken,
        Development development,
        Duration shutdownGrace,
        String logLevel,
        List<String> reserved) {

    Settings {
        encryptionKeys = List.copyOf(encryptionKeys);
        reserved = List.copyOf(reserved);
    }

    /**
     * How the server is reached.
     *
     * @param host the address to listen on
     * @param port the port; 0 for any
     * @param apiUrl the address for others; null for that of this machine
     * @param trustedProxies whose word on the client's address is taken
     * @param cors which pages may call from a browser
     */
    record Http(String host, int port, @Nullable URI apiUrl, List<AddressRange> trustedProxies, Cors cors) {}

    /**
     * How many connections.
     *
     * @param min kept at least
     * @param max opened at most
     */
    record Pool(int min, int max) {}

    /** How the connection to the mail server is protected. */
    enum Security {
        STARTTLS,
        TLS,
        NONE
    }

    /**
     * The server that sends mail.
     *
     * @param host its name
     * @param port its port; 0 for the usual one
     * @param user who logs in; null for nobody
     * @param password with which password
     * @param security how the connection is protected
     */
    record Smtp(
            String host,
            int port,
            @Nullable String user,
            @Nullable Secret password,
            Security security) {}

    /**
     * How people log in.
     *
     * @param secret signs access tokens; null for that of development, or for no logins
     * @param previousSecret the one before; null for none
     * @param accessLifetime how long an access token is good
     * @param refreshLifetime how long a login lasts that nobody uses
     * @param console where links in mails lead; null for no such mails
     * @param mailFrom who sends them; null for no such mails
     */
    record Login(
            @Nullable Secret secret,
            @Nullable Secret previousSecret,
            Duration accessLifetime,
            Duration refreshLifetime,
            @Nullable URI console,
            @Nullable String mailFrom) {}

    /**
     * What only development has.
     *
     * @param directory keeps database, files and token
     * @param smtpPort takes mail in
     * @param catcherHttpPort shows mail that was sent
     * @param catcherSmtpPort takes mail that was sent
     * @param catcherUrl the page of a mail catcher that is there already; null for none
     */
    record Development(
            Path directory,
            int smtpPort,
            int catcherHttpPort,
            int catcherSmtpPort,
            @Nullable URI catcherUrl) {}

    boolean inDevelopment() {
        return environment == AppEnvironment.DEVELOPMENT;
    }
}
