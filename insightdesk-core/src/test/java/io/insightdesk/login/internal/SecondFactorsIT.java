package io.insightdesk.login.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.testing.TestDatabase;
import java.security.SecureRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SecondFactorsIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final LoginNode node = new LoginNode(database);
    private static final SecondFactors factors = new SecondFactors(
            new KeyFeature(database.database(), null, EncryptionKeys.of(EncryptionKey.of(new byte[32]))),
            new SecureRandom());

    @AfterAll
    static void end() {
        node.close();
        database.close();
    }

    private static boolean in(Scope scope, Predicate<Tx> work) {
        return scope.run(work::test);
    }

    private static byte[] begin(Scope scope, AgentId agent) {
        byte[] seed = factors.seed();
        byte[] sealed = factors.seal(scope, seed);
        assertThat(in(scope, tx -> factors.store(tx, agent, sealed))).isTrue();
        return seed;
    }

    private static SecondFactors.Proof prove(Scope scope, AgentId agent, byte[] seed) {
        return factors.prove(scope, agent, Totp.code(seed, Totp.step(scope.now())));
    }

    /** Or somebody could be left with an authenticator that is asked for and that nobody has. */
    @Test
    void aCodeConfirmsNoSeedThatWasBegunMeanwhile() {
        AgentId agent = node.agent("grace@example.com", Role.AGENT).id();
        Scope scope = database.system();
        byte[] first = begin(scope, agent);
        SecondFactors.Proof ofFirst = prove(scope, agent, first);
        byte[] second = begin(scope, agent);

        assertThat(ofFirst.step()).isNotNull();
        assertThat(in(scope, tx -> factors.confirm(tx, agent, ofFirst, scope.now())))
                .isFalse();
        assertThat(in(scope, tx -> factors.isSetUp(tx, agent))).isFalse();

        SecondFactors.Proof ofSecond = prove(scope, agent, second);
        assertThat(in(scope, tx -> factors.confirm(tx, agent, ofSecond, scope.now())))
                .isTrue();
        assertThat(in(scope, tx -> factors.use(tx, agent, ofSecond)))
                .as("a code that was used")
                .isFalse();
        assertThat(in(scope, tx -> factors.use(tx, agent, ofFirst)))
                .as("a code of another seed")
                .isFalse();
    }
}
