package io.insightdesk.login.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.SecondFactor;
import io.insightdesk.mail.OutboundMail;
import io.insightdesk.testing.MailText;
import io.insightdesk.testing.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SecondFactorsIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final LoginNode node = new LoginNode(database);
    private static final SecondFactors factors = new SecondFactors(
            new KeyFeature(database.database(), null, EncryptionKeys.of(EncryptionKey.of(new byte[32]))),
            new SecurityKeyStore(),
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

    /** THREATS: who reads somebody's mails sets the password anew, and is not in by that (OWASP ASVS 5.0, 6.4.3). */
    @Test
    void aPasswordThatIsSetAnewByMailIsNoWayAroundTheSecondFactor() {
        List<OutboundMail> sent = new CopyOnWriteArrayList<>();
        try (LoginNode mailing = new LoginNode(database, options -> options, sent::add)) {
            Agent ada = mailing.agent("ada@example.com", Role.AGENT);
            SecondFactor factor = mailing.desk(mailing.login(ada)).account().secondFactor();
            byte[] seed = Base32.decode(factor.begin(LoginNode.PASSWORD).seed().reveal());
            List<String> recoveryCodes = factor.confirm(code(seed));
            mailing.logins.forgotPassword(mailing.tenant(), ada.email(), Client.UNKNOWN);
            while (mailing.insightDesk.workers().runDue() > 0) {
                // A job can be followed by another.
            }
            Matcher link = Pattern.compile("idl_[A-Za-z0-9_-]{86}").matcher(MailText.of(sent.get(0)));
            assertThat(link.find()).isTrue();
            String wanted = "sieben Kamele trinken Tee";

            mailing.logins.resetPassword(link.group(), wanted, Client.UNKNOWN);

            LoginAnswer answer = mailing.logins.login(mailing.tenant(), ada.email(), wanted, Client.UNKNOWN);
            assertThat(answer).isInstanceOf(LoginAnswer.SecondFactorNeeded.class);
            String challenge =
                    ((LoginAnswer.SecondFactorNeeded) answer).challenge().reveal();
            assertThatThrownBy(() -> mailing.logins.confirm(challenge, "000000", Client.UNKNOWN))
                    .isInstanceOf(NotAuthenticatedException.class);
            database.clock().advance(Duration.ofMinutes(1));
            LoggedIn in = mailing.logins.confirm(challenge, code(seed), Client.UNKNOWN);
            assertThat(in.agent()).isEqualTo(ada.id());
            assertThat(mailing.logins.login(mailing.tenant(), ada.email(), wanted, Client.UNKNOWN))
                    .as("and once more, with a recovery code")
                    .isInstanceOfSatisfying(
                            LoginAnswer.SecondFactorNeeded.class,
                            needed -> assertThat(mailing.logins
                                            .confirm(needed.challenge().reveal(), recoveryCodes.get(0), Client.UNKNOWN)
                                            .agent())
                                    .isEqualTo(ada.id()));
        }
    }

    private static String code(byte[] seed) {
        return Totp.code(seed, Totp.step(database.clock().instant()));
    }
}
