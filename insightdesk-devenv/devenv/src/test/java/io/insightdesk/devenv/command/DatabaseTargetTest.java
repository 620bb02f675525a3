package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.PostgresEndpoint;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseTargetTest {
    @Test
    void theVariableOutweighsTheStackAndIsDescribedWithoutItsPassword() {
        DatabaseTarget target = DatabaseTarget.of(Map.of("DATABASE_URL", "postgres://ida:s%2Bcr+et@db/desk%20one"))
                .orElseThrow();
        assertThat(target.endpoint()).isEqualTo(new PostgresEndpoint("db", 5432, "desk one", "ida", "s+cr+et"));
        assertThat(target.describe()).isEqualTo("desk one on db:5432 (of DATABASE_URL)");
        assertThat(DatabaseTarget.of(Map.of("DATABASE_URL", " "))).isEqualTo(Optional.empty());
    }

    @Test
    void theAddressOfJdbcIsUnderstoodToo() {
        assertThat(DatabaseTarget.parse("jdbc:postgresql://ida:pw@[::1]:6543/desk"))
                .isEqualTo(new PostgresEndpoint("[::1]", 6543, "desk", "ida", "pw"));
    }

    @Test
    void aMistakeInTheAddressDoesNotShowThePassword() {
        for (String wrong : new String[] {
            "postgresql://ida:hunter2@db", "mysql://ida:hunter2@db/desk", "postgresql://ida:hunter2@ db/desk", "db/desk"
        }) {
            assertThatThrownBy(() -> DatabaseTarget.parse(wrong))
                    .hasMessageContaining("postgresql://user:password@host:5432/database")
                    .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("hunter2"));
        }
    }

    @Test
    void onlyDevelopmentAndTestMayBeChanged() {
        for (String allowed : new String[] {"development", "test", "TEST"}) {
            assertThatCode(() -> target(allowed).requireMayBeChanged("This")).doesNotThrowAnyException();
        }
        for (String refused : new String[] {"production", "staging", ""}) {
            assertThatThrownBy(() -> target(refused).requireMayBeChanged("This"))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exitCode()).isEqualTo(2))
                    .hasMessageEndingWith("set APP_ENV=development.");
        }
    }

    @Test
    void theStackIsOfDevelopmentUnlessSaidOtherwise() {
        assertThat(DatabaseTarget.ofStack(StackStateTest.EMBEDDED, Map.of()).environment())
                .isEqualTo("development");
        assertThat(DatabaseTarget.ofStack(StackStateTest.EMBEDDED, Map.of("APP_ENV", "production"))
                        .environment())
                .isEqualTo("production");
        assertThatThrownBy(() -> DatabaseTarget.ofStack(StackStateTest.CONTAINERS, Map.of()))
                .hasMessageContaining("no postgres");
    }

    private static DatabaseTarget target(String environment) {
        return DatabaseTarget.of(Map.of("DATABASE_URL", "postgresql://a:b@c/d", "APP_ENV", environment))
                .orElseThrow();
    }
}
