package io.insightdesk.server;

import org.jspecify.annotations.Nullable;

/** The schema of the settings: every environment variable that the server knows. The order is that of {@code .env.example}. */
enum Setting {
    APP_ENV(
            Group.SERVER,
            "Where this runs: development, test, staging or production. NODE_ENV is read as well. Required, but for the"
                    + " run command of the README, which says development.",
            null,
            "production"),
    INSIGHTDESK_ROLE(
            Group.SERVER,
            "What this process does: api, worker, all, migrate or verify_audit. The first argument of the command line goes first.",
            "all",
            "api"),
    HOST(
            Group.SERVER,
            "The address to listen on. In development the default is 127.0.0.1, so that only this machine gets in.",
            "0.0.0.0",
            "127.0.0.1"),
    PORT(Group.SERVER, "The port for HTTP; 0 takes any free one.", "3001", "3001"),
    API_URL(
            Group.SERVER,
            "The address under which others reach the API. Required outside development and test.",
            "http://localhost:3001 in development",
            "https://api.example.com"),
    TRUSTED_PROXIES(
            Group.SERVER,
            "The addresses of the proxies before this server, whose X-Forwarded-For and X-Forwarded-Proto are believed: ranges,"
                    + " separated by commas. Without it, all clients behind a proxy are taken for one.",
            null,
            "10.0.0.0/8,2001:db8::/32"),
    CORS_ORIGINS(
            Group.SERVER,
            "The origins of the pages that may call the API from a browser, separated by commas. None otherwise.",
            null,
            "https://app.example.com"),
    SHUTDOWN_GRACE(
            Group.SERVER,
            "How long running requests, and then running jobs, may take when the server stops.",
            "20s",
            "30s"),
    LOG_LEVEL(Group.SERVER, "How much is logged: error, warn, info or debug.", "info", "info"),

    DATABASE_URL(
            Group.DATABASE,
            "PostgreSQL 15 or newer: postgres://, postgresql:// or jdbc:postgresql://; user and password percent-encoded;"
                    + " sslmode, and several hosts with targetServerType, as the driver takes them. Required outside"
                    + " development, which runs a PostgreSQL of its own.",
            null,
            "postgres://insightdesk:secret@db.example.com:5432/insightdesk?sslmode=verify-full",
            true),
    DATABASE_POOL_MIN(Group.DATABASE, "At least so many connections are kept.", "2", "2"),
    DATABASE_POOL_MAX(Group.DATABASE, "At most so many connections are opened.", "10", "20"),

    VALKEY_URL(
            Group.WAKING,
            "A Valkey by which several servers wake each other: redis:// or valkey://, for TLS rediss:// or valkeys://; user and"
                    + " password percent-encoded. The same for all of them. While it is away, and where there is none,"
                    + " nothing is lost.",
            null,
            "valkeys://insightdesk:secret@cache.example.com:6379",
            true),

    MAIL_ENABLED(
            Group.MAIL,
            "false sends no mail. In development mail goes to the mail catcher unless SMTP_HOST is set; then there is none.",
            "true",
            "false"),
    SMTP_HOST(
            Group.MAIL,
            "The server that sends mail. Required in staging and production unless MAIL_ENABLED=false.",
            null,
            "smtp.example.com"),
    SMTP_PORT(Group.MAIL, "Its port. The default is that of SMTP_SECURITY: 587, 465 or 25.", "587 for starttls", "587"),
    SMTP_USER(Group.MAIL, "The user to log in with; both this and SMTP_PASS, or neither.", null, "insightdesk"),
    SMTP_PASS(Group.MAIL, "The password of SMTP_USER.", null, "the-password", true),
    SMTP_SECURITY(Group.MAIL, "starttls, tls (from the first byte) or none.", "starttls", "tls"),

    BLOB_STORE(
            Group.FILES,
            "Where attachments and raw mails are kept: file or database. Has to be chosen in staging and production:"
                    + " several servers with a disk each would lose files.",
            "file in development, else database",
            "database"),
    BLOB_DIRECTORY(
            Group.FILES,
            "The directory for BLOB_STORE=file.",
            ".insightdesk/blobs in development",
            "/var/lib/insightdesk/blobs"),

    ENCRYPTION_KEY(
            Group.SECRETS,
            "Encrypts secrets in the database, such as the seeds of second factors: 32 random bytes in Base64, as openssl rand"
                    + " -base64 32 makes them. The same for all servers. Without it no secret can be kept; in development the"
                    + " default is one that is made once and kept in INSIGHTDESK_DIRECTORY.",
            null,
            "base64-of-32-random-bytes",
            true),
    ENCRYPTION_KEY_PREVIOUS(
            Group.SECRETS,
            "The one before, until everything is encrypted anew; the log says when nothing is left.",
            null,
            "base64-of-32-random-bytes",
            true),

    JWT_SECRET(
            Group.LOGINS,
            "Signs the access tokens of people who log in: at least 32 random characters, as openssl rand -hex 32 makes them. The same"
                    + " for all servers. Required outside development, but for the role migrate; in development the default is"
                    + " one that is made once and kept in INSIGHTDESK_DIRECTORY.",
            null,
            "at-least-32-random-characters-here",
            true),
    JWT_SECRET_PREVIOUS(
            Group.LOGINS,
            "The one before, for as long as JWT_EXPIRES_IN after it was replaced.",
            null,
            "at-least-32-random-characters-here",
            true),
    JWT_EXPIRES_IN(Group.LOGINS, "How long an access token is good for.", "15m", "15m"),
    REFRESH_TOKEN_EXPIRES_IN(
            Group.LOGINS, "A login that nobody uses for so long ends; one that is used, after 30 days.", "7d", "7d"),
    APP_URL(
            Group.LOGINS,
            "Where the links in mails about logins lead, followed by /reset-password or /verify-email: the address of a web console."
                    + " Without it or MAIL_FROM there are no such mails.",
            "http://localhost:3000 in development",
            "https://app.example.com"),
    MAIL_FROM(
            Group.LOGINS,
            "The sender of these mails. Answers to customers leave from the address of their mailbox.",
            "insightdesk@localhost in development",
            "support@example.com"),

    METRICS_TOKEN(
            Group.OBSERVATION,
            "Who asks for /metrics has to bring this as a bearer token. Without it, /metrics is answered in development and"
                    + " test only.",
            null,
            "a-long-random-text",
            true),

    INSIGHTDESK_DIRECTORY(
            Group.DEVELOPMENT,
            "Where development keeps its database, files and token.",
            ".insightdesk",
            "/var/lib/insightdesk"),
    INSIGHTDESK_SMTP_PORT(
            Group.DEVELOPMENT,
            "The port that takes mail in: what is sent there to a mailbox becomes a ticket; 0 takes any free one.",
            "2525",
            "2526"),
    MAIL_CATCHER_HTTP_PORT(
            Group.DEVELOPMENT, "The page and API of the mail catcher; 0 takes any free port.", "8025", "8026"),
    MAIL_CATCHER_SMTP_PORT(
            Group.DEVELOPMENT, "Where the mail catcher takes mail; 0 takes any free port.", "1025", "1026"),

    MAIL_CATCHER_URL(
            Group.DEVELOPMENT,
            "The page of the mail catcher behind SMTP_HOST, if it is one, for the links that are shown.",
            null,
            "http://localhost:8025/"),

    DATABASE_READ_URL(
            Group.LATER,
            "A read replica, written as DATABASE_URL.",
            null,
            "postgres://reader:secret@replica/insightdesk",
            true),
    S3_BUCKET(Group.LATER, "A bucket for attachments and raw mails.", null, "insightdesk"),
    S3_REGION(Group.LATER, "Its region.", null, "eu-central-1"),
    S3_ACCESS_KEY(Group.LATER, "The key to it.", null, "AKIA-your-key", true),
    S3_SECRET_KEY(Group.LATER, "The secret of the key.", null, "the-secret", true),
    S3_ENDPOINT(Group.LATER, "For MinIO and others.", null, "https://minio.example.com"),
    S3_PATH_STYLE(Group.LATER, "For MinIO and others.", "false", "true"),
    SENTRY_DSN(Group.LATER, "Where errors are reported.", null, "https://key@sentry.example.com/1", true),
    SENTRY_ENVIRONMENT(Group.LATER, "Under which name.", null, "production");

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
        DEVELOPMENT("Development only"),
        LATER("Reserved: not used by this release; one that is set gets a warning");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private final Group group;
    private final String about;
    private final @Nullable String byDefault;
    private final String example;
    private final boolean secret;

    Setting(Group group, String about, @Nullable String byDefault, String example) {
        this(group, about, byDefault, example, false);
    }

    Setting(Group group, String about, @Nullable String byDefault, String example, boolean secret) {
        this.group = group;
        this.about = about;
        this.byDefault = byDefault;
        this.example = example;
        this.secret = secret;
    }

    Group group() {
        return group;
    }

    String example() {
        return example;
    }

    /** Whether its value is never printed. */
    boolean secret() {
        return secret;
    }

    /** The text of {@code .env.example}. */
    static String documentation() {
        StringBuilder text = new StringBuilder("""
                # All settings of the standalone server. In development the server reads a file .env of this form beside the
                # pom.xml; elsewhere only the environment. What the environment says goes first. Each setting NAME can also be
                # given as NAME_FILE, the path of a file that holds the value: a mounted secret, for instance.
                """);
        Group last = null;
        for (Setting setting : values()) {
            if (setting.group != last) {
                last = setting.group;
                text.append("\n# ")
                        .append("-".repeat(8))
                        .append(' ')
                        .append(last.title())
                        .append('\n');
            }
            text.append('\n');
            wrap(text, setting.about);
            if (setting.byDefault != null) {
                text.append("# Default: ").append(setting.byDefault).append('\n');
            }
            text.append('#')
                    .append(setting.name())
                    .append('=')
                    .append(setting.example)
                    .append('\n');
        }
        return text.toString();
    }

    private static void wrap(StringBuilder text, String words) {
        int column = 0;
        for (String word : words.split(" ", -1)) {
            if (column == 0 || column + 1 + word.length() > 110) {
                text.append(column == 0 ? "#" : "\n#");
                column = 1;
            }
            text.append(' ').append(word);
            column += 1 + word.length();
        }
        text.append('\n');
    }
}
