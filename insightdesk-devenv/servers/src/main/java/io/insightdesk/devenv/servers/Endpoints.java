package io.insightdesk.devenv.servers;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the servers of a development environment are.
 *
 * @param postgres the database; null if it was not asked for
 * @param valkey the Valkey; null if it was not asked for
 * @param s3 the S3 server; null if it was not asked for
 * @param mail the mail catcher; null if it was not asked for
 * @since 0.1.0
 */
public record Endpoints(
        @Nullable PostgresEndpoint postgres,
        @Nullable ValkeyEndpoint valkey,
        @Nullable S3Endpoint s3,
        @Nullable MailEndpoint mail) {

    /** Returns which there are. */
    public Set<Service> services() {
        Set<Service> services = EnumSet.noneOf(Service.class);
        if (postgres != null) {
            services.add(Service.POSTGRES);
        }
        if (valkey != null) {
            services.add(Service.VALKEY);
        }
        if (s3 != null) {
            services.add(Service.MINIO);
        }
        if (mail != null) {
            services.add(Service.MAILHOG);
        }
        return services;
    }

    /**
     * Returns the settings of a server that uses these: {@code DATABASE_URL}, {@code VALKEY_URL}, {@code S3_…} and
     * {@code SMTP_…}, in that order. {@code MAIL_CATCHER_URL} is the page, for people.
     */
    public Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        if (postgres != null) {
            variables.put("DATABASE_URL", postgres.databaseUrl());
        }
        if (valkey != null) {
            variables.put("VALKEY_URL", valkey.uri().toString());
        }
        if (s3 != null) {
            variables.put("S3_ENDPOINT", s3.uri().toString());
            variables.put("S3_REGION", s3.region());
            variables.put("S3_BUCKET", s3.bucket());
            variables.put("S3_ACCESS_KEY", s3.accessKey());
            variables.put("S3_SECRET_KEY", s3.secretKey());
            variables.put("S3_PATH_STYLE", "true");
        }
        if (mail != null) {
            variables.put("SMTP_HOST", mail.smtpHost());
            variables.put("SMTP_PORT", Integer.toString(mail.smtpPort()));
            variables.put("SMTP_SECURITY", "none");
            variables.put("MAIL_CATCHER_URL", mail.web().toString());
        }
        return variables;
    }
}
