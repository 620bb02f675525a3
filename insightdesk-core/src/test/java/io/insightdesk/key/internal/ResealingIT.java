package io.insightdesk.key.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.UnavailableException;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.SealedSecrets;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.SecretsSeen;
import io.insightdesk.testing.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The key changes while secrets are there. The table is this test's own. */
class ResealingIT {

    private static final String PURPOSE = "test.secret";
    private static final KeyFeature.SealedColumn COLUMN = new KeyFeature.SealedColumn("test_secret", "sealed", PURPOSE);

    private static TestDatabase database;
    private static TenantId other;

    @BeforeAll
    static void open() {
        database = TestDatabase.fresh();
        other = database.newTenant();
        database.execute("""
                create table insightdesk.test_secret (
                  tenant_id uuid not null,
                  id integer not null,
                  sealed bytea,
                  primary key (tenant_id, id)
                );
                call insightdesk.protect('insightdesk.test_secret');
                grant select, insert, update on insightdesk.test_secret to insightdesk_work
                """);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("truncate insightdesk.test_secret");
    }

    @Test
    void everythingUnderAnOlderKeyIsSealedAnewAndCounted() {
        KeyFeature before = node(EncryptionKeys.of(SecretBoxTest.key("k1", 1)));
        for (int id = 1; id <= 250; id++) {
            insert(before, database.tenant(), id, "secret " + id);
        }
        insert(before, other, 1, "secret of another");
        insertNothing(database.tenant(), 999);
        KeyFeature after = node(EncryptionKeys.of(SecretBoxTest.key("k2", 2), SecretBoxTest.key("k1", 1)));
        insert(after, database.tenant(), 1000, "new secret");
        SealedSecrets secrets = sealed(after);

        assertThat(secrets.underOlderKeys()).isEqualTo(251);
        assertThat(secrets.reseal()).isEqualTo(251);
        assertThat(secrets.underOlderKeys()).isZero();
        assertThat(secrets.reseal()).isZero();

        KeyFeature withoutTheOld = node(EncryptionKeys.of(SecretBoxTest.key("k2", 2)));
        assertThat(read(withoutTheOld, database.tenant(), 250)).isEqualTo("secret 250");
        assertThat(read(withoutTheOld, other, 1)).isEqualTo("secret of another");
    }

    @Test
    void twoNodesThatSealAnewAtOnceDoEachSecretOnce() throws Exception {
        KeyFeature before = node(EncryptionKeys.of(SecretBoxTest.key("k1", 1)));
        for (int id = 1; id <= 150; id++) {
            insert(before, database.tenant(), id, "secret " + id);
        }
        EncryptionKeys rotated = EncryptionKeys.of(SecretBoxTest.key("k2", 2), SecretBoxTest.key("k1", 1));

        List<Long> done = Race.of(2, () -> sealed(node(rotated)).reseal());

        assertThat(done.stream().mapToLong(Long::longValue).sum()).isEqualTo(150);
        for (int id = 1; id <= 150; id++) {
            assertThat(read(node(rotated), database.tenant(), id)).isEqualTo("secret " + id);
        }
    }

    @Test
    void oneThatCannotBeReadKeepsNoOtherFromBeingSealedAnew() {
        KeyFeature lost = node(EncryptionKeys.of(SecretBoxTest.key("lost", 7)));
        KeyFeature before = node(EncryptionKeys.of(SecretBoxTest.key("k1", 1)));
        insert(lost, database.tenant(), 1, "lost");
        insert(before, database.tenant(), 2, "kept");
        SealedSecrets secrets = sealed(node(EncryptionKeys.of(SecretBoxTest.key("k2", 2), SecretBoxTest.key("k1", 1))));

        assertThatThrownBy(secrets::reseal)
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        failure -> assertThat(failure.code()).isEqualTo("encryption_key_unknown"));

        assertThat(secrets.underOlderKeys()).isEqualTo(1);
        assertThat(read(node(EncryptionKeys.of(SecretBoxTest.key("k2", 2))), database.tenant(), 2))
                .isEqualTo("kept");
    }

    @Test
    void withoutKeysThereIsNothingToCount() {
        assertThatThrownBy(() ->
                        sealed(new KeyFeature(database.database(), null, null)).underOlderKeys())
                .hasMessageContaining("ENCRYPTION_KEY");
    }

    private static KeyFeature node(EncryptionKeys keys) {
        KeyFeature made = new KeyFeature(database.database(), null, keys);
        made.register(COLUMN);
        return made;
    }

    private static SealedSecrets sealed(KeyFeature node) {
        List<UUID> all = List.of(database.tenant().value(), other.value());
        return node.sealedSecrets(after -> after == null ? all : List.of());
    }

    private static void insert(KeyFeature keys, TenantId tenant, int id, String plain) {
        byte[] sealed = keys.seal(
                tenant.value(), PURPOSE, SecretsSeen.secret("sealed " + plain).getBytes(UTF_8));
        database.database()
                .run(
                        tenant.value(),
                        tx -> tx.update("insert into {schema}.test_secret values (:tenant, :id, :sealed)")
                                .bind("id", id)
                                .bind("sealed", sealed)
                                .execute());
    }

    private static void insertNothing(TenantId tenant, int id) {
        database.database()
                .run(
                        tenant.value(),
                        tx -> tx.update("insert into {schema}.test_secret values (:tenant, :id, null)")
                                .bind("id", id)
                                .execute());
    }

    private static String read(KeyFeature keys, TenantId tenant, int id) {
        byte[] sealed = database.database()
                .run(
                        tenant.value(),
                        tx -> tx.query("select sealed from {schema}.test_secret where tenant_id = :tenant and id = :id")
                                .bind("id", id)
                                .mapTo(byte[].class)
                                .one());
        return new String(keys.open(tenant.value(), PURPOSE, sealed), UTF_8).substring("sealed ".length());
    }
}
