package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.Secret;
import io.insightdesk.storage.BlobStore;
import io.insightdesk.storage.ClamdScanner;
import io.insightdesk.storage.FileSystemBlobStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Builds the library as the settings say. */
final class HelpDesk {

    private HelpDesk() {}

    /**
     * Builds it.
     *
     * @param replica a replica of the database; null for none
     * @param bucket where files are kept; null for where the settings say otherwise
     * @param development where missing things are found in development; null elsewhere
     * @throws StartException when the schema of the database is not that of this release, and must not be brought to it
     */
    static InsightDesk build(
            Settings settings,
            DataSource dataSource,
            @Nullable DataSource replica,
            @Nullable BlobStore bucket,
            MigrationMode mode,
            MeterRegistry meters,
            ObservationRegistry observations,
            @Nullable DevelopmentServices development) {
        InsightDesk.Builder builder = InsightDesk.builder()
                .dataSource(dataSource)
                .migrate(mode)
                .meterRegistry(meters)
                .observationRegistry(observations)
                .statementTimeout(settings.pool().statement())
                .stopGrace(settings.stopping().grace());
        if (replica != null) {
            builder.readDataSource(replica);
        }
        if (bucket != null) {
            builder.blobStore(bucket);
        }
        Path blobs = settings.blobDirectory();
        if (blobs != null) {
            builder.blobStore(new FileSystemBlobStore(blobs));
        }
        Settings.Scanner scanner = settings.scanner();
        if (scanner != null) {
            builder.fileScanner(ClamdScanner.tcp(scanner.host(), scanner.port()))
                    .unscannedFiles(scanner.unscanned());
        }
        Secret valkey = settings.valkey();
        if (valkey != null) {
            builder.valkey(valkey.reveal());
        }
        String operators = settings.login().operatorTenant();
        if (operators != null) {
            builder.operatorTenant(operators);
        }
        List<EncryptionKey> keys = settings.encryptionKeys();
        if (keys.isEmpty() && settings.inDevelopment()) {
            keys = List.of(DevelopmentKey.provide(settings.development().directory()));
        }
        if (!keys.isEmpty()) {
            builder.encryptionKeys(
                    EncryptionKeys.of(keys.get(0), keys.subList(1, keys.size()).toArray(EncryptionKey[]::new)));
        }
        OutgoingMail.configure(builder, settings, development);
        OwnLogin.configure(builder, settings);
        try {
            return builder.build();
        } catch (UnavailableException e) {
            if (mode == MigrationMode.VALIDATE && e.code().equals("schema_not_current")) {
                throw new StartException(
                        "The schema of the database is not that of this release. Run the role migrate once,"
                                + " before the others start, or set DATABASE_MIGRATE=true to let this server do it. "
                                + e.getMessage());
            }
            throw e;
        }
    }
}
