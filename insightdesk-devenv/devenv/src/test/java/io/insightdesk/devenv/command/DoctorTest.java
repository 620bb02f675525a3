package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.devenv.servers.EngineProbe;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final URI SOCKET = URI.create("unix:///var/run/docker.sock");
    private static final Map<Service, String> IMAGES = Map.of(
            Service.POSTGRES,
            "postgres:17",
            Service.VALKEY,
            "valkey/valkey:8",
            Service.MINIO,
            "minio/minio",
            Service.MAILHOG,
            "mailhog/mailhog:v1.0.1");
    private static final DoctorFacts.Engine ENGINE = new DoctorFacts.Engine(
            Set.of(
                    "docker.io/library/postgres:17",
                    "valkey/valkey:8",
                    "minio/minio:latest",
                    "mailhog/mailhog:v1.0.1",
                    "testcontainers/ryuk:0.14.0"),
            null);
    private static final EngineProbe.Attempt ANSWERS =
            new EngineProbe.Attempt(SOCKET, "the usual socket", true, "Docker/28, API 1.50");

    private final Facts facts = new Facts();

    /** Facts of which each test changes one. */
    private static final class Facts {
        private int java = 21;
        private Map<String, String> environment = Map.of();
        private List<EngineProbe.Attempt> attempts = List.of(ANSWERS);
        private DoctorFacts.@Nullable DockerContext context;
        private boolean withinContainer;
        private DoctorFacts.@Nullable Engine engine = ENGINE;
        private boolean programs = true;
        private DoctorFacts.Valkey valkey = new DoctorFacts.Valkey("Valkey 8 at /usr/bin/valkey-server", null);
        private Set<ServerPort> taken = Set.of();
        private long free = 50_000_000_000L;

        Doctor.Diagnosis examine() {
            return Doctor.examine(new DoctorFacts(
                    java,
                    environment,
                    new EngineProbe(attempts),
                    context,
                    withinContainer,
                    engine,
                    IMAGES,
                    programs,
                    valkey,
                    programs,
                    taken,
                    List.of(new DoctorFacts.Disk("the directory", "/work", free))));
        }

        void silent(String source, String detail) {
            attempts = List.of(new EngineProbe.Attempt(SOCKET, source, false, detail));
            engine = null;
        }
    }

    @Test
    void nothingIsToBeDoneWhereAllIsWell() {
        Doctor.Diagnosis diagnosis = facts.examine();
        assertThat(diagnosis.findings()).allMatch(finding -> finding.level() == Finding.Level.OK);
        assertThat(diagnosis.summary()).isEqualTo("Servers can run in containers, and embedded.");
    }

    @Test
    void whoMayNotUseTheSocketIsToldTheGroup() {
        facts.silent("the usual socket", "permission denied; may this user use the engine (group docker)?");
        assertRemedy("engine", "usermod -aG docker");
        assertThat(facts.examine().containers()).isFalse();
        assertThat(facts.examine().summary()).isEqualTo("Servers can run embedded, but not in containers.");
    }

    @Test
    void aMissingSocketAHangingEngineAndAStoppedOneAreToldApart() {
        facts.silent("the usual socket", "there is no such socket; is an engine installed and running?");
        assertRemedy("engine", "Install and start Docker");
        facts.silent("the usual socket", "no answer within 2000 ms; is the engine hanging?");
        assertRemedy("engine", "restart it");
        facts.silent("the usual socket", "nobody answers there; is the engine running?");
        assertRemedy("engine", "systemctl start docker");
    }

    @Test
    void aWrongDockerHostIsToBeCorrectedOrUnset() {
        facts.silent("DOCKER_HOST", "nobody answers there; is the engine running?");
        assertRemedy("engine", "unset DOCKER_HOST");
        facts.silent("DOCKER_HOST", "there is no such socket; is an engine installed and running?");
        assertRemedy("engine", "unset DOCKER_HOST");
        facts.silent("DOCKER_HOST", "addresses begin with unix://, npipe:// or tcp://, not with foo:");
        assertRemedy("engine", "unset DOCKER_HOST");
    }

    @Test
    void anAttemptBeforeTheOneThatAnswersIsOnlyAWarning() {
        facts.attempts = List.of(
                new EngineProbe.Attempt(
                        URI.create("tcp://10.0.0.1:2375"), "DOCKER_HOST", false, "nobody answers there"),
                ANSWERS);
        assertThat(facts.examine().findings())
                .noneMatch(finding -> finding.level() == Finding.Level.PROBLEM)
                .anyMatch(finding -> finding.level() == Finding.Level.WARNING);
        assertThat(facts.examine().containers()).isTrue();
    }

    @Test
    void anEngineOfAnotherTimeCannotBeUsed() {
        facts.engine = new DoctorFacts.Engine(
                Set.of(), "Status 400: client version 1.32 is too old. Minimum supported API version is 1.44");
        assertRemedy("engine", "api.version=1.44");
        assertThat(facts.examine().containers()).isFalse();
        facts.engine = new DoctorFacts.Engine(Set.of(), "client version 1.50 is too new. Maximum supported is 1.41");
        assertRemedy("engine", "DOCKER_API_VERSION");
    }

    @Test
    void aContextThatTestcontainersDoesNotSeeIsToBeExported() {
        facts.context = new DoctorFacts.DockerContext("colima", "unix:///home/ida/.colima/docker.sock");
        assertRemedy("context", "export DOCKER_HOST=unix:///home/ida/.colima/docker.sock");
        facts.environment = Map.of("DOCKER_HOST", "unix:///home/ida/.colima/docker.sock");
        assertThat(facts.examine().findings())
                .noneMatch(finding -> finding.subject().equals("context"));
        facts.environment = Map.of();
        facts.context = new DoctorFacts.DockerContext("same", SOCKET.toString());
        assertThat(facts.examine().findings())
                .noneMatch(finding -> finding.subject().equals("context"));
    }

    @Test
    void aContainerThatDoesNotKnowItsHostIsTold() {
        facts.withinContainer = true;
        assertRemedy("container", "TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1");
        facts.environment = Map.of("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1");
        assertThat(facts.examine().findings())
                .noneMatch(finding -> finding.subject().equals("container"));
    }

    @Test
    void missingImagesAreNamedWithHowToNameOthers() {
        facts.engine =
                new DoctorFacts.Engine(Set.of("postgres:17", "minio/minio:latest", "testcontainers/ryuk:1"), null);
        assertThat(facts.examine().findings())
                .anyMatch(finding -> finding.subject().equals("images")
                        && finding.text().equals("not on this machine: valkey/valkey:8, mailhog/mailhog:v1.0.1"));
        assertRemedy("images", "INSIGHTDESK_DEVENV_VALKEY_IMAGE");
    }

    @Test
    void theCleanerIsMissedUnlessItIsDisabled() {
        facts.engine = new DoctorFacts.Engine(Set.of("postgres:17"), null);
        assertRemedy("cleaner", "TESTCONTAINERS_RYUK_DISABLED=true");
        facts.environment = Map.of("TESTCONTAINERS_RYUK_DISABLED", "TRUE");
        assertThat(facts.examine().findings())
                .noneMatch(finding -> finding.subject().equals("cleaner"));
    }

    @Test
    void withoutProgramsNothingRunsEmbedded() {
        facts.programs = false;
        assertRemedy("postgres", "insightdesk-devenv-embedded");
        assertRemedy("minio", "insightdesk-devenv-embedded");
        assertThat(facts.examine().embedded()).isFalse();
        facts.silent("the usual socket", "nobody answers there");
        assertThat(facts.examine().summary()).isEqualTo("Servers can run neither in containers nor embedded.");
    }

    @Test
    void aValkeyThatDoesNotRunIsToldApartFromNone() {
        facts.valkey = new DoctorFacts.Valkey(null, null);
        assertRemedy("valkey", "Install Valkey");
        facts.valkey = new DoctorFacts.Valkey(null, "/opt/valkey-server does not run here");
        assertRemedy("valkey", "INSIGHTDESK_DEVENV_VALKEY_SERVER");
        assertThat(facts.examine().embedded()).isFalse();
    }

    @Test
    void takenPortsAreNamed() {
        facts.taken = Set.of(ServerPort.POSTGRES, ServerPort.MAILHOG_HTTP);
        assertThat(facts.examine().findings())
                .anyMatch(finding ->
                        finding.text().equals("somebody else listens on 5432 (postgres), 8025 (mailhog-http)"));
        assertRemedy("ports", "--port postgres=");
    }

    @Test
    void aFullDiskIsAProblemAndAnAlmostFullOneAWarning() {
        facts.free = 100_000_000L;
        assertRemedy("disk", "Delete what is not needed");
        assertThat(facts.examine().embedded()).isFalse();
        facts.free = 1_500_000_000L;
        assertThat(facts.examine().embedded()).isTrue();
        assertThat(facts.examine().findings())
                .anyMatch(finding -> finding.text().equals("the directory /work has 1.5 GB left"));
    }

    @Test
    void anOldJavaIsAProblem() {
        facts.java = 11;
        assertRemedy("java", "JAVA_HOME");
    }

    @Test
    void everythingThatIsNotWellHasARemedy() {
        facts.silent("DOCKER_HOST", "something unheard of");
        facts.programs = false;
        facts.valkey = new DoctorFacts.Valkey(null, null);
        facts.free = 1;
        assertThat(facts.examine().findings())
                .allMatch(finding -> (finding.level() == Finding.Level.OK) == (finding.remedy() == null));
    }

    private void assertRemedy(String subject, String part) {
        assertThat(facts.examine().findings())
                .as("%s: %s", subject, part)
                .anyMatch(finding -> finding.subject().equals(subject)
                        && finding.remedy() != null
                        && finding.remedy().contains(part));
    }
}
