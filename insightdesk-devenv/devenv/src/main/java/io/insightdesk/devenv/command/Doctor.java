package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.EngineProbe;
import io.insightdesk.devenv.servers.Images;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Explains what works, what does not, and what to do about it. Looks at nothing itself. */
final class Doctor {
    private static final int OLDEST_JAVA = 17;
    private static final long LITTLE_ROOM = 2_000_000_000L;
    private static final long NO_ROOM = 300_000_000L;
    private static final String RYUK = "testcontainers/ryuk";

    private final DoctorFacts facts;
    private final List<Finding> findings = new ArrayList<>();

    private Doctor(DoctorFacts facts) {
        this.facts = facts;
    }

    /**
     * What was found.
     *
     * @param findings in the order in which to read them
     * @param containers whether servers can run in containers
     * @param embedded whether servers can run embedded
     */
    record Diagnosis(List<Finding> findings, boolean containers, boolean embedded) {
        Diagnosis {
            findings = List.copyOf(findings);
        }

        /** Returns the one line that matters most. */
        String summary() {
            if (containers && embedded) {
                return "Servers can run in containers, and embedded.";
            }
            if (containers) {
                return "Servers can run in containers, but not embedded.";
            }
            return embedded
                    ? "Servers can run embedded, but not in containers."
                    : "Servers can run neither in containers nor embedded.";
        }
    }

    static Diagnosis examine(DoctorFacts facts) {
        Doctor doctor = new Doctor(facts);
        doctor.java();
        boolean containers = doctor.engine();
        doctor.images();
        doctor.ryuk();
        boolean embedded = doctor.programs();
        doctor.ports();
        boolean room = doctor.disks();
        return new Diagnosis(doctor.findings, containers, embedded && room);
    }

    private void java() {
        findings.add(
                facts.javaVersion() < OLDEST_JAVA
                        ? Finding.problem(
                                "java",
                                "Java " + facts.javaVersion() + " is too old",
                                "Install Java " + OLDEST_JAVA + " or newer and name it by JAVA_HOME.")
                        : Finding.ok("java", "Java " + facts.javaVersion()));
    }

    private boolean engine() {
        Optional<EngineProbe.Attempt> answering = facts.probe().answering();
        for (EngineProbe.Attempt attempt : facts.probe().attempts()) {
            findings.add(attempt.answers() ? answered(attempt) : silent(attempt, answering.isPresent()));
        }
        boolean works = answering.isPresent()
                && (facts.engine() == null || facts.engine().failure() == null);
        context(answering);
        withinContainer(answering.isPresent());
        return works;
    }

    private Finding answered(EngineProbe.Attempt attempt) {
        String failure = facts.engine() == null ? null : facts.engine().failure();
        String where = attempt.endpoint() + " (" + attempt.source() + ")";
        if (failure == null) {
            return Finding.ok("engine", where + " answers: " + attempt.detail());
        }
        String lower = failure.toLowerCase(Locale.ROOT);
        if (lower.contains("too old") || lower.contains("too new") || lower.contains("minimum supported api")) {
            return Finding.problem(
                    "engine",
                    where + " and the client do not understand each other: " + failure,
                    lower.contains("too new")
                            ? "Update the engine, or say the newest API that it knows: export DOCKER_API_VERSION=…"
                            : "Say an API that the engine still knows: echo api.version=1.44 >> ~/.docker-java.properties");
        }
        return Finding.problem(
                "engine", where + " answers, but refuses: " + failure, "Restart the engine, and look into its log.");
    }

    private Finding silent(EngineProbe.Attempt attempt, boolean anotherAnswers) {
        String where = attempt.endpoint() + " (" + attempt.source() + "): " + attempt.detail();
        String remedy = remedy(attempt);
        return anotherAnswers ? Finding.warning("engine", where, remedy) : Finding.problem("engine", where, remedy);
    }

    private static String remedy(EngineProbe.Attempt attempt) {
        String detail = attempt.detail().toLowerCase(Locale.ROOT);
        boolean chosen = !attempt.source().startsWith("the usual");
        String source = attempt.source();
        if (detail.contains("permission denied")) {
            return "sudo usermod -aG docker \"$USER\", then log in anew (or: newgrp docker).";
        }
        if (source.contains("is no address")
                || detail.contains("addresses begin with")
                || detail.contains("has a scheme")) {
            return source.startsWith("DOCKER_HOST")
                    ? "unset DOCKER_HOST, or set it to an address such as unix:///var/run/docker.sock."
                    : "Write an address such as unix:///var/run/docker.sock there, or delete the line.";
        }
        if (detail.contains("no such socket")) {
            return chosen && source.equals("DOCKER_HOST")
                    ? "unset DOCKER_HOST, or set it to the socket of an engine that runs."
                    : "Install and start Docker or Podman (with its socket), or do without: desk up --mode embedded.";
        }
        if (detail.contains("no answer within")) {
            return "The engine hangs: restart it (sudo systemctl restart docker, or restart Docker Desktop).";
        }
        if (detail.contains("nobody answers")) {
            return source.equals("DOCKER_HOST")
                    ? "Start the engine there, or unset DOCKER_HOST to use the one of this machine."
                    : "Start the engine (sudo systemctl start docker, or Docker Desktop).";
        }
        return source.equals("DOCKER_HOST")
                ? "Correct DOCKER_HOST, or unset it to use the engine of this machine."
                : "Start the engine anew; if that does not help, look into its log.";
    }

    private void context(Optional<EngineProbe.Attempt> answering) {
        DoctorFacts.DockerContext context = facts.context();
        if (context == null || facts.environment().containsKey("DOCKER_HOST")) {
            return;
        }
        String host = context.host();
        if (host == null) {
            findings.add(Finding.warning(
                    "context",
                    "the docker command uses its context " + context.name() + ", whose address cannot be read",
                    "docker context inspect " + context.name() + " shows it; set DOCKER_HOST to it."));
        } else if (answering
                .map(found -> !found.endpoint().toString().equals(host))
                .orElse(true)) {
            findings.add(Finding.warning(
                    "context",
                    "the docker command uses its context " + context.name() + " (" + host
                            + "), which Testcontainers does not see",
                    "export DOCKER_HOST=" + host));
        }
    }

    private void withinContainer(boolean answering) {
        boolean told = facts.environment().containsKey("TESTCONTAINERS_HOST_OVERRIDE");
        if (!facts.withinContainer() || told || !answering) {
            return;
        }
        findings.add(Finding.warning(
                "container",
                "this is a container itself (/.dockerenv), where Testcontainers looks for its host with another container",
                "desk up takes 127.0.0.1; for tests: export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 (if the engine runs right"
                        + " here, else the host's address)."));
    }

    private void images() {
        DoctorFacts.Engine engine = facts.engine();
        if (engine == null || engine.failure() != null) {
            return;
        }
        Map<Service, String> missing = facts.images().entrySet().stream()
                .filter(image -> !has(engine, image.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
        if (missing.isEmpty()) {
            findings.add(Finding.ok("images", "all are on this machine"));
            return;
        }
        findings.add(Finding.warning(
                "images",
                "not on this machine: " + String.join(", ", missing.values()),
                "The next «desk up» pulls them, which may take some minutes; without a way to the registry name others: "
                        + missing.keySet().stream().map(Images::variable).collect(Collectors.joining(", ")) + "."));
    }

    private void ryuk() {
        DoctorFacts.Engine engine = facts.engine();
        boolean disabled =
                "true".equalsIgnoreCase(facts.environment().getOrDefault("TESTCONTAINERS_RYUK_DISABLED", ""));
        if (engine == null || engine.failure() != null || disabled) {
            return;
        }
        if (engine.images().stream().noneMatch(image -> image.contains(RYUK))) {
            findings.add(Finding.warning(
                    "cleaner",
                    "the image " + RYUK + ", which removes the containers of tests, is not on this machine",
                    "Tests pull it; without a way to the registry: export TESTCONTAINERS_RYUK_DISABLED=true (desk up does"
                            + " without it)."));
        }
    }

    /** The engine's list has the short form of names of Docker Hub. */
    private static boolean has(DoctorFacts.Engine engine, String image) {
        String named =
                image.contains("@") || image.lastIndexOf(':') > image.lastIndexOf('/') ? image : image + ":latest";
        return engine.images().contains(named)
                || engine.images().contains("docker.io/" + named)
                || engine.images().contains("docker.io/library/" + named);
    }

    private boolean programs() {
        findings.add(
                facts.postgresProgram()
                        ? Finding.ok("postgres", "the embedded PostgreSQL is on the class path")
                        : missing("postgres", "no PostgreSQL for this machine is on the class path"));
        String valkey = facts.valkeyProgram().program();
        String failure = facts.valkeyProgram().failure();
        findings.add(
                valkey != null
                        ? Finding.ok("valkey", valkey)
                        : Finding.problem(
                                "valkey",
                                failure == null ? "neither valkey-server nor redis-server was found" : failure,
                                failure == null
                                        ? "Install Valkey (package valkey or redis), or add"
                                                + " io.insightdesk:insightdesk-devenv-embedded (type pom)."
                                        : "Install another, or name one by INSIGHTDESK_DEVENV_VALKEY_SERVER."));
        findings.add(
                facts.s3Program()
                        ? Finding.ok("minio", "the embedded S3 server (S3Proxy) is on the class path")
                        : missing("minio", "no embedded S3 server (S3Proxy) is on the class path"));
        return facts.postgresProgram() && valkey != null && facts.s3Program();
    }

    private static Finding missing(String subject, String text) {
        return Finding.problem(subject, text, "Add io.insightdesk:insightdesk-devenv-embedded (type pom) to it.");
    }

    private void ports() {
        if (facts.takenPorts().isEmpty()) {
            findings.add(Finding.ok("ports", "the well-known ones are free, or ours"));
            return;
        }
        findings.add(Finding.warning(
                "ports",
                "somebody else listens on "
                        + facts.takenPorts().stream()
                                .sorted()
                                .map(port -> port.wellKnown() + " (" + port.key() + ")")
                                .collect(Collectors.joining(", ")),
                "desk up takes the next free ones; others by --port "
                        + facts.takenPorts().stream()
                                .sorted()
                                .findFirst()
                                .map(ServerPort::key)
                                .orElse("postgres") + "=…"));
    }

    private boolean disks() {
        boolean room = true;
        for (DoctorFacts.Disk disk : facts.disks()) {
            String text = disk.what() + " " + disk.path() + " has "
                    + String.format(Locale.ROOT, "%.1f", disk.freeBytes() / 1e9) + " GB left";
            if (disk.freeBytes() < NO_ROOM) {
                room = false;
                findings.add(Finding.problem("disk", text, cleanUp(disk)));
            } else {
                findings.add(
                        disk.freeBytes() < LITTLE_ROOM
                                ? Finding.warning("disk", text, cleanUp(disk))
                                : Finding.ok("disk", text));
            }
        }
        return room;
    }

    private static String cleanUp(DoctorFacts.Disk disk) {
        return disk.what().startsWith("the engine")
                ? "docker system prune makes room."
                : "Delete what is not needed there"
                        + (disk.what().startsWith("temp") ? ", or set java.io.tmpdir." : ".");
    }
}
