package io.insightdesk.server;

import io.insightdesk.jaxrs.Cors;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.Secret;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.login.CustomerLogin;
import io.insightdesk.login.OpenIdProvider;
import io.insightdesk.storage.UnscannedFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings, checked. Immutable; {@code toString} shows no secret.
 *
 * @param environment where the server runs
 * @param role what the process does
 * @param http how it is reached
 * @param database the database; null for the embedded one of development
 * @param replica a replica of the database; null for none
 * @param pool how many connections
 * @param migrates whether a server may bring the schema to its release when it starts
 * @param valkey by which servers wake each other; null for the database's notifications
 * @param smtp the server that sends mail; null for none, or for the mail catcher of development
 * @param mailEnabled whether mail is sent at all
 * @param blobDirectory where files are kept; null for the database or a bucket
 * @param bucket where files are kept; null for the database or a directory
 * @param scanner looks for malware in files; null for nothing
 * @param encryptionKeys encrypt secrets in the database, the current one first; empty for none, or for that of development
 * @param login how people log in
 * @param observation how others look at it
 * @param development the ports and the directory of development
 * @param stopping how it ends
 */
record Settings(
        AppEnvironment environment,
        ServerRole role,
        Http http,
        @Nullable DatabaseUrl database,
        @Nullable DatabaseUrl replica,
        Pool pool,
        boolean migrates,
        @Nullable Secret valkey,
        @Nullable Smtp smtp,
        boolean mailEnabled,
        @Nullable Path blobDirectory,
        @Nullable Bucket bucket,
        @Nullable Scanner scanner,
        List<EncryptionKey> encryptionKeys,
        Login login,
        Observation observation,
        Development development,
        Stopping stopping) {

    Settings {
        encryptionKeys = List.copyOf(encryptionKeys);
    }

    /**
     * How the server is reached.
     *
     * @param host the address to listen on
     * @param port the port; 0 for any
     * @param management where health and metrics are; null for on the same port
     * @param apiUrl the address for others; null for that of this machine
     * @param trustedProxies whose word on the client's address is taken
     * @param cors which pages may call from a browser
     */
    record Http(
            String host,
            int port,
            @Nullable Management management,
            @Nullable URI apiUrl,
            List<AddressRange> trustedProxies,
            Cors cors) {}

    /**
     * A port for whoever runs the server.
     *
     * @param host the address to listen on
     * @param port the port; 0 for any
     */
    record Management(String host, int port) {}

    /**
     * What looks for malware in files.
     *
     * @param host where it is
     * @param port its port
     * @param unscanned what becomes of files that it did not look at
     */
    record Scanner(String host, int port, UnscannedFiles unscanned) {}

    /**
     * How many connections.
     *
     * @param min kept at least
     * @param max opened at most
     * @param connectionWait how long somebody waits for one
     * @param statement how long a statement of a request may take; zero for as long as it likes
     */
    record Pool(int min, int max, Duration connectionWait, Duration statement) {

        /** The same with few connections, none of which is kept. */
        Pool upTo(int connections) {
            return new Pool(0, connections, connectionWait, statement);
        }
    }

    /**
     * A bucket of S3.
     *
     * @param name its name
     * @param region its region
     * @param endpoint the server; null for Amazon's
     * @param pathStyle whether the name stands in the path
     * @param accessKey the key; null for the machine's role
     * @param secretKey the key's secret; null for the machine's role
     */
    record Bucket(
            String name,
            String region,
            @Nullable URI endpoint,
            boolean pathStyle,
            @Nullable String accessKey,
            @Nullable Secret secretKey) {}

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
     * @param operatorTenant the tenant whose administrators run the installation; null for none
     * @param customers which customers may log in
     * @param openIdProviders where agents may log in instead of with a password
     * @param openIdCallback where these send browsers back to; null where there are none
     */
    record Login(
            @Nullable Secret secret,
            @Nullable Secret previousSecret,
            Duration accessLifetime,
            Duration refreshLifetime,
            @Nullable URI console,
            @Nullable String mailFrom,
            @Nullable String operatorTenant,
            CustomerLogin customers,
            List<OpenIdProvider> openIdProviders,
            @Nullable URI openIdCallback) {

        Login {
            openIdProviders = List.copyOf(openIdProviders);
        }
    }

    /**
     * How others look at the server.
     *
     * @param logLevel how much is logged
     * @param metricsToken who may read the metrics; null for no such token
     * @param healthTimeout how long the readiness check waits for each dependency
     * @param sentry where errors are reported; null for nowhere
     * @param tracing where traces are sent; null for nowhere
     */
    record Observation(
            String logLevel,
            @Nullable Secret metricsToken,
            Duration healthTimeout,
            @Nullable Sentry sentry,
            @Nullable Tracing tracing) {}

    /**
     * Where errors are reported.
     *
     * @param dsn the address with its key
     * @param environment under which name
     */
    record Sentry(Secret dsn, String environment) {}

    /**
     * Where traces are sent.
     *
     * @param endpoint the address
     * @param properties of OpenTelemetry's SDK
     */
    record Tracing(URI endpoint, Map<String, Secret> properties) {
        Tracing {
            properties = Map.copyOf(properties);
        }
    }

    /**
     * How the server ends.
     *
     * @param delay how long it goes on answering after it has said that it is not ready
     * @param grace how long running requests, and then running jobs, may take
     */
    record Stopping(Duration delay, Duration grace) {}

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

    /** What is good enough to start, but should be looked at. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (environment.serious() && valkey == null && role.serves() && role.usesDatabase()) {
            warnings.add(
                    "VALKEY_URL is not set: servers wake each other and count rates by PostgreSQL alone, and the readiness check"
                            + " says degraded");
        }
        if (environment.serious() && role.serves() && observation.metricsToken() == null && http.management() == null) {
            warnings.add("Neither MANAGEMENT_PORT nor METRICS_TOKEN is set: nobody can read the metrics");
        }
        if (environment.serious() && role.usesDatabase() && role.serves() && encryptionKeys.isEmpty()) {
            warnings.add("ENCRYPTION_KEY is not set: no secrets, such as second factors, can be kept");
        }
        return warnings;
    }
}
