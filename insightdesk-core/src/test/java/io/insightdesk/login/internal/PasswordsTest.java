package io.insightdesk.login.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Ids;
import io.insightdesk.login.BreachedPasswords;
import io.insightdesk.login.LoginOptions;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {

    private static final PasswordHasher.Cost CHEAP = new PasswordHasher.Cost(64, 1, 1);
    private static final Agent ADA = new Agent(
            new AgentId(Ids.next()),
            "Ada Lovelace",
            "ada.lovelace@analytical.example",
            Role.AGENT,
            true,
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            1);

    private final PasswordHasher hasher = new PasswordHasher(CHEAP, new SecureRandom());

    @Test
    void aHashIsThatOfItsPasswordOnly() {
        String hash = hasher.hash("correct horse battery staple");

        assertThat(hash).startsWith("$argon2id$v=19$m=64,t=1,p=1$").doesNotContain("horse");
        assertThat(hasher.hash("correct horse battery staple")).isNotEqualTo(hash);
        assertThat(hasher.matches("correct horse battery staple", hash)).isTrue();
        assertThat(hasher.matches("correct horse battery staple ", hash)).isFalse();
        assertThat(hasher.matches("", hash)).isFalse();
        assertThat(hasher.matches("anything", null)).isFalse();
        assertThat(hasher.matches("anything", "$argon2id$v=19$m=64,t=1,p=1$")).isFalse();
    }

    /** Made by the reference implementation's command line: argon2 somesalt -id -t 2 -m 16 -p 1. */
    @Test
    void aHashOfTheReferenceImplementationIsUnderstood() {
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(hasher.matches("password", hash)).isTrue();
        assertThat(hasher.matches("Password", hash)).isFalse();
    }

    @Test
    void aHashOfOtherParametersStaysGoodAndIsKnownToBeOutdated() {
        PasswordHasher grown = new PasswordHasher(new PasswordHasher.Cost(128, 2, 1), new SecureRandom());
        String old = hasher.hash("correct horse battery staple");

        assertThat(grown.matches("correct horse battery staple", old)).isTrue();
        assertThat(grown.isOutdated(old)).isTrue();
        assertThat(hasher.isOutdated(old)).isFalse();
    }

    @Test
    void theDefaultCostIsThatOfOwasp() {
        assertThat(PasswordHasher.Cost.RECOMMENDED).isEqualTo(new PasswordHasher.Cost(19 * 1024, 2, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short",
                "elevenchars",
                "password1234",
                "aaaaaaaaaaaaaaaa",
                "qwertyuiop1234",
                "AdaLovelace1",
                "ada.lovelace@analytical.example",
                "insightdesk2026"
            })
    void aPasswordThatIsEasilyGuessedIsRefused(String password) {
        assertThatThrownBy(() -> new PasswordRules(BreachedPasswords.NONE).check("/password", password, ADA))
                .isInstanceOf(InvalidInputException.class)
                .message()
                .doesNotContain(password);
    }

    @Test
    void aPasswordOfSeveralWordsIsTakenWithWhateverCharacters() {
        PasswordRules rules = new PasswordRules(BreachedPasswords.NONE);

        rules.check("/password", "vier lila Wale im Regen", ADA);
        rules.check("/password", "гроза над старым маяком 🦩", ADA);
        rules.check("/password", "x9#k" + "vq-Lm2".repeat(40), ADA);
        assertThatThrownBy(() -> rules.check("/password", "a very long text ".repeat(20), ADA))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(String.valueOf(LoginOptions.MAX_PASSWORD));
    }

    @Test
    void aBreachedPasswordIsRefused() {
        PasswordRules rules = new PasswordRules("vier lila Wale im Regen"::equals);

        assertThatThrownBy(() -> rules.check("/password", "vier lila Wale im Regen", ADA))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations().get(0).code()).isEqualTo("breached_password"));
        rules.check("/password", "vier lila Wale im Nebel", ADA);
    }
}
