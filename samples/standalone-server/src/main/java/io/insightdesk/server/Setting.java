package io.insightdesk.server;

import org.jspecify.annotations.Nullable;

/**
 * The schema of the settings: every environment variable that the server knows. The order is that of {@code .env.example} and of
 * the page about them.
 */
enum Setting {
    APP_ENV(
            Group.SERVER,
            "development, test, staging or production",
            "Where this runs. NODE_ENV is read as well. Required, but for the run command of the README and ./desk, which say"
                    + " development.",
            null,
            "production"),
    INSIGHTDESK_ROLE(
            Group.SERVER,
            "api, web, worker, all, migrate or verify_audit",
            "What this process does. The first argument of the command line goes first.",
            "all",
            "api"),
    HOST(
            Group.SERVER,
            "a name or an address",
            "The address to listen on. In development the default is 127.0.0.1, so that only this machine gets in.",
            "0.0.0.0",
            "127.0.0.1"),
    PORT(
            Group.SERVER,
            "a whole number from 0 to 65535",
            "The port for HTTP; 0 takes any free one.",
            "3001, 3000 for the role web",
            "3001"),
    MANAGEMENT_PORT(
            Group.SERVER,
            "a whole number from 0 to 65535",
            "A port of its own for /health and /metrics, to be kept from the outside: the metrics are answered there without a"
                    + " token unless METRICS_TOKEN is set, and on PORT no more. A worker listens on this port only. Without it"
                    + " all is on PORT.",
            null,
            "9090"),
    MANAGEMENT_HOST(
            Group.SERVER,
            "a name or an address",
            "The address that MANAGEMENT_PORT listens on.",
            "that of HOST",
            "127.0.0.1"),
    API_URL(
            Group.SERVER,
            "an absolute http or https address",
            "The address under which others reach the API. Required in staging and production, for the roles that answer or link to"
                    + " it.",
            "http://localhost:3001 in development",
            "https://api.example.com"),
    TRUSTED_PROXIES(
            Group.SERVER,
            "addresses or ranges, separated by commas",
            "The addresses of the proxies before this server, whose X-Forwarded-For and X-Forwarded-Proto are believed."
                    + " Without it, all clients behind a proxy are taken for one.",
            null,
            "10.0.0.0/8,2001:db8::/32"),
    CORS_ORIGINS(
            Group.SERVER,
            "origins without a path, separated by commas",
            "The origins of the pages that may call the API from a browser. None otherwise.",
            null,
            "https://app.example.com"),
    DRAIN_DELAY(
            Group.SERVER,
            "a time such as 500ms, 20s, 15m, 2h or 7d",
            "When the server is told to stop, it says so to readiness checks, and goes on answering for so long, until load"
                    + " balancers have noticed.",
            "5s in staging and production, else 0s",
            "10s"),
    SHUTDOWN_GRACE(
            Group.SERVER,
            "a time such as 500ms, 20s, 15m, 2h or 7d",
            "After that: how long running requests, and then running jobs, may take. Whoever kills what does not stop should"
                    + " wait for DRAIN_DELAY and twice this.",
            "20s",
            "30s"),
    LOG_LEVEL(
            Group.SERVER,
            "error, warn, info or debug",
            "How much is logged: JSON, one line an event, in staging, production and test; text in development.",
            "info",
            "info"),

    DATABASE_URL(
            Group.DATABASE,
            "postgres://, postgresql:// or jdbc:postgresql://, user and password percent-encoded",
            "PostgreSQL 15 or newer; sslmode, and several hosts with targetServerType, as the driver takes them. Required outside"
                    + " development, which runs a PostgreSQL of its own, but for the role web.",
            null,
            "postgres://insightdesk:secret@db.example.com:5432/insightdesk?sslmode=verify-full",
            true),
    DATABASE_READ_URL(
            Group.DATABASE,
            "as DATABASE_URL",
            "A streaming replica of that database, from which lists are read where the client has seen no more than it shows. Without"
                    + " it, or while it is away, all is read from DATABASE_URL.",
            null,
            "postgres://insightdesk:secret@replica/insightdesk",
            true),
    DATABASE_POOL_MIN(
            Group.DATABASE,
            "a whole number from 0 to DATABASE_POOL_MAX",
            "At least so many connections are kept.",
            "2, or DATABASE_POOL_MAX if that is less",
            "2"),
    DATABASE_POOL_MAX(
            Group.DATABASE, "a whole number from 1 to 1000", "At most so many connections are opened.", "10", "20"),
    DATABASE_POOL_WAIT(
            Group.DATABASE,
            "a time from 250ms to 10m",
            "How long a request or job waits for a connection of the pool; then it ends, over HTTP as 503 database_unavailable.",
            "10s",
            "5s"),
    DATABASE_STATEMENT_TIMEOUT(
            Group.DATABASE,
            "a time from 0s to 1d",
            "How long a single statement of a request may take, waits for locks included; then the database ends it, and the request"
                    + " is a 503 statement_timeout. A shorter statement_timeout of the database's user holds instead. Background jobs"
                    + " and migrations are not ended. 0s for no other limit than the user's.",
            "30s",
            "10s"),
    DATABASE_MIGRATE(
            Group.DATABASE,
            "true or false",
            "Whether a server brings the schema to its release when it starts. Without, it checks that the schema is at its release,"
                    + " and refuses to start where not: the role migrate is run before.",
            "true in development and test, false in staging and production",
            "false"),

    VALKEY_URL(
            Group.WAKING,
            "redis:// or valkey://, for TLS rediss:// or valkeys://, user and password percent-encoded; several nodes of a cluster with"
                    + " commas between",
            "A Valkey by which several servers wake each other, and in which they count what is limited by rate. The same for all of"
                    + " them. While it is away, and where there is none, nothing is lost; in staging and production its"
                    + " absence is a warning, and the readiness check says degraded.",
            null,
            "valkeys://insightdesk:secret@cache.example.com:6379",
            true),

    MAIL_ENABLED(
            Group.MAIL,
            "true or false",
            "false sends no mail. In development mail goes to the mail catcher unless SMTP_HOST is set; then there is none.",
            "true",
            "false"),
    SMTP_HOST(
            Group.MAIL,
            "a name or an address",
            "The server that sends mail. Required in staging and production unless MAIL_ENABLED=false, for the roles api, worker"
                    + " and all.",
            null,
            "smtp.example.com"),
    SMTP_PORT(
            Group.MAIL,
            "a whole number from 1 to 65535",
            "Its port. The default is that of SMTP_SECURITY.",
            "587 for starttls, 465 for tls, 25 for none",
            "587"),
    SMTP_USER(
            Group.MAIL, "a text; together with SMTP_PASS, or neither", "The user to log in with.", null, "insightdesk"),
    SMTP_PASS(
            Group.MAIL,
            "a text; together with SMTP_USER, or neither",
            "The password of SMTP_USER.",
            null,
            "the-password",
            true),
    SMTP_SECURITY(
            Group.MAIL,
            "starttls, tls or none",
            "How the connection is protected; tls means from the first byte.",
            "starttls",
            "tls"),

    BLOB_STORE(
            Group.FILES,
            "file, database or s3",
            "Where attachments and raw mails are kept. Has to be chosen in staging and production:"
                    + " several servers with a disk each would lose files.",
            "file in development, else database",
            "database"),
    BLOB_DIRECTORY(
            Group.FILES,
            "a path",
            "The directory for BLOB_STORE=file; all servers need the same.",
            ".insightdesk/blobs in development",
            "/var/lib/insightdesk/blobs"),
    S3_BUCKET(
            Group.FILES,
            "a text; together with S3_REGION, or neither",
            "The bucket for BLOB_STORE=s3, which exists.",
            null,
            "insightdesk"),
    S3_REGION(Group.FILES, "a text; together with S3_BUCKET, or neither", "Its region.", null, "eu-central-1"),
    S3_ACCESS_KEY(
            Group.FILES,
            "a text; together with S3_SECRET_KEY, or neither",
            "The key to it; without, the machine's own role.",
            null,
            "AKIA-your-key",
            true),
    S3_SECRET_KEY(
            Group.FILES,
            "a text; together with S3_ACCESS_KEY, or neither",
            "The secret of the key.",
            null,
            "the-secret",
            true),
    S3_ENDPOINT(
            Group.FILES,
            "an absolute http or https address",
            "The server, where it is not Amazon's, such as a MinIO.",
            null,
            "https://minio.example.com"),
    S3_PATH_STYLE(
            Group.FILES,
            "true or false",
            "Whether the bucket stands in the path and not in the host's name, as for MinIO.",
            "false",
            "true"),

    CLAMD_HOST(
            Group.FILES,
            "a name or an address",
            "The clamd of a ClamAV that looks for malware in uploads and in the files of mails before anybody can read them. Nothing looks"
                    + " without it. While it is away the readiness check says degraded.",
            null,
            "clamav"),
    CLAMD_PORT(Group.FILES, "a whole number from 1 to 65535", "Its port.", "3310", "3310"),
    UNSCANNED_FILES(
            Group.FILES,
            "refuse or accept",
            "What becomes of files that the scanner did not look at, because it does not answer or they are too large for it. refuse: uploads"
                    + " fail and mails wait; accept: they are given out, marked.",
            "refuse",
            "accept"),

    ENCRYPTION_KEY(
            Group.SECRETS,
            "32 bytes in Base64",
            "Encrypts secrets in the database, such as the seeds of second factors: random, as openssl rand"
                    + " -base64 32 makes them. The same for all servers. Without it no secret can be kept; in development the"
                    + " default is one that is made once and kept in INSIGHTDESK_DIRECTORY.",
            null,
            "base64-of-32-random-bytes",
            true),
    ENCRYPTION_KEY_PREVIOUS(
            Group.SECRETS,
            "32 bytes in Base64, others than ENCRYPTION_KEY's",
            "The one before, until everything is encrypted anew; the log says when nothing is left, and so does the command"
                    + " admin keys status.",
            null,
            "base64-of-32-random-bytes",
            true),

    JWT_SECRET(
            Group.LOGINS,
            "at least 32 characters, and not those of the example",
            "Signs the access tokens of people who log in: random, as openssl rand -hex 32 makes them. The same"
                    + " for all servers. Required outside development, for the roles api, worker and all; in development the"
                    + " default is one that is made once and kept in INSIGHTDESK_DIRECTORY.",
            null,
            "at-least-32-random-characters-here",
            true),
    JWT_SECRET_PREVIOUS(
            Group.LOGINS,
            "at least 32 characters, and not those of the example",
            "The one before, for as long as JWT_EXPIRES_IN after it was replaced.",
            null,
            "at-least-32-random-characters-here",
            true),
    JWT_EXPIRES_IN(
            Group.LOGINS, "a time such as 15m, at least 1s", "How long an access token is good for.", "15m", "15m"),
    REFRESH_TOKEN_EXPIRES_IN(
            Group.LOGINS,
            "a time such as 7d, at least JWT_EXPIRES_IN",
            "A login that nobody uses for so long ends; one that is used, after 30 days.",
            "7d",
            "7d"),
    APP_URL(
            Group.LOGINS,
            "an absolute http or https address",
            "The address of the web console, or of what stands there until there is one. The links in mails about logins lead there,"
                    + " followed by /reset-password, /verify-email or /log-in. Required in staging and production, for the roles api,"
                    + " worker and all. Without MAIL_FROM there are no such mails. Security keys are good for its host, where it is https with"
                    + " a domain; with another host they have to be added anew.",
            "http://localhost:3000 in development",
            "https://app.example.com"),
    MAIL_FROM(
            Group.LOGINS,
            "a mail address",
            "The sender of these mails. Answers to customers leave from the address of their mailbox. Required in staging and"
                    + " production unless MAIL_ENABLED=false, for the roles api, worker and all.",
            "insightdesk@localhost in development",
            "support@example.com"),
    OPERATOR_TENANT(
            Group.LOGINS,
            "a tenant's slug",
            "The tenant whose administrators may also do what concerns all tenants, such as pausing queues of jobs. Nobody may"
                    + " otherwise.",
            null,
            "operators"),

    CUSTOMER_LOGIN(
            Group.LOGINS,
            "off, known or anybody; known and anybody need APP_URL and MAIL_FROM",
            "Which customers may log in, by a link in a mail to APP_URL/log-in: known are those who are customers already; anybody"
                    + " becomes one by opening the link.",
            "off",
            "known"),
    OPENID_PROVIDERS(
            Group.LOGINS,
            "names of up to 40 small letters, digits and hyphens, a letter first, separated by commas",
            "Providers of OpenID Connect at which agents may log in, in the order in which they are offered. Each has variables of its"
                    + " own, below.",
            null,
            "google,corp"),
    OPENID_CALLBACK_URL(
            Group.LOGINS,
            "an absolute http or https address",
            "The page to which the providers send browsers back, as it was registered with them.",
            "APP_URL/login/openid",
            "https://app.example.com/login/openid"),

    METRICS_TOKEN(
            Group.OBSERVATION,
            "at least 16 characters",
            "Who asks for /metrics has to bring this as a bearer token. Without it, /metrics is answered on MANAGEMENT_PORT, and in"
                    + " development and test.",
            null,
            "a-long-random-text",
            true),
    HEALTH_TIMEOUT(
            Group.OBSERVATION,
            "a time such as 1s, from 50ms to 30s",
            "How long the readiness check waits for each dependency.",
            "1s",
            "2s"),
    SENTRY_DSN(
            Group.OBSERVATION,
            "an http or https address with a key before the host and a project at the end",
            "Where errors are reported, without personal data. Nowhere otherwise.",
            null,
            "https://key@sentry.example.com/1",
            true),
    SENTRY_ENVIRONMENT(
            Group.OBSERVATION,
            "a text without blanks or slashes",
            "The environment that errors are reported for.",
            "that of APP_ENV",
            "production"),
    OTEL_EXPORTER_OTLP_ENDPOINT(
            Group.OBSERVATION,
            "an absolute http or https address",
            "Where traces are sent, by OTLP over HTTP (protobuf), to its path /v1/traces. Nowhere otherwise. Other variables"
                    + " of OpenTelemetry's own are read by its SDK.",
            null,
            "http://collector.example.com:4318"),
    OTEL_EXPORTER_OTLP_HEADERS(
            Group.OBSERVATION,
            "name=value pairs, separated by commas",
            "Headers for that address, such as an API key.",
            null,
            "api-key=the-key",
            true),
    OTEL_SERVICE_NAME(
            Group.OBSERVATION,
            "a text",
            "The service's name in traces.",
            "insightdesk- and the role",
            "insightdesk-api"),
    OTEL_RESOURCE_ATTRIBUTES(
            Group.OBSERVATION,
            "name=value pairs, separated by commas",
            "More about this process, for traces.",
            "deployment.environment.name and service.version are always there",
            "host.name=node-1"),
    OTEL_TRACES_SAMPLER(
            Group.OBSERVATION,
            "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio",
            "Which requests are traced.",
            "parentbased_always_on",
            "parentbased_traceidratio"),
    OTEL_TRACES_SAMPLER_ARG(
            Group.OBSERVATION, "a number from 0 to 1", "Which part of them, for the samplers by ratio.", "1", "0.1"),
    OTEL_SDK_DISABLED(
            Group.OBSERVATION, "true or false", "true sends no traces, whatever else is set.", "false", "true"),

    INSIGHTDESK_DIRECTORY(
            Group.DEVELOPMENT,
            "a path",
            "Where development keeps its database, files and token.",
            ".insightdesk",
            "/var/lib/insightdesk"),
    INSIGHTDESK_SMTP_PORT(
            Group.DEVELOPMENT,
            "a whole number from 0 to 65535",
            "The port that takes mail in: what is sent there to a mailbox becomes a ticket; 0 takes any free one.",
            "2525",
            "2526"),
    MAIL_CATCHER_HTTP_PORT(
            Group.DEVELOPMENT,
            "a whole number from 0 to 65535",
            "The page and API of the mail catcher; 0 takes any free port.",
            "8025",
            "8026"),
    MAIL_CATCHER_SMTP_PORT(
            Group.DEVELOPMENT,
            "a whole number from 0 to 65535",
            "Where the mail catcher takes mail; 0 takes any free port.",
            "1025",
            "1026"),
    MAIL_CATCHER_URL(
            Group.DEVELOPMENT,
            "an absolute http or https address",
            "The page of the mail catcher behind SMTP_HOST, if it is one, for the links that are shown.",
            null,
            "http://localhost:8025/");

    /** What a setting is about. */
    enum Group {
        SERVER("The server"),
        DATABASE("The database"),
        WAKING("Several servers"),
        MAIL("Mail that is sent"),
        FILES("Files"),
        SECRETS("Secrets in the database"),
        LOGINS("Logins"),
        OBSERVATION("Observation"),
        DEVELOPMENT("Development only");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private final Group group;
    private final String rule;
    private final String about;
    private final @Nullable String byDefault;
    private final String example;
    private final boolean secret;

    Setting(Group group, String rule, String about, @Nullable String byDefault, String example) {
        this(group, rule, about, byDefault, example, false);
    }

    Setting(Group group, String rule, String about, @Nullable String byDefault, String example, boolean secret) {
        this.group = group;
        this.rule = rule;
        this.about = about;
        this.byDefault = byDefault;
        this.example = example;
        this.secret = secret;
    }

    Group group() {
        return group;
    }

    /** Which values are good, in a few words. */
    String rule() {
        return rule;
    }

    /** What it is for, in whole sentences. */
    String about() {
        return about;
    }

    /** What holds where it is not set, for people; null for nothing. */
    @Nullable String byDefault() {
        return byDefault;
    }

    String example() {
        return example;
    }

    /** Whether its value is never printed. */
    boolean secret() {
        return secret;
    }
}
