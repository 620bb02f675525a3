package io.insightdesk.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be known of it without Node.js. */
class GraphileWorkerJobsTest {
    @TempDir
    Path directory;

    @Test
    void theAddressOfADatabaseIsToldAsNodeReadsIt() {
        assertThat(GraphileWorkerJobs.connectionString("jdbc:postgresql://127.0.0.1:5432/jobs_1", "postgres"))
                .isEqualTo("postgres://postgres@127.0.0.1:5432/jobs_1");
        assertThat(GraphileWorkerJobs.connectionString("jdbc:postgresql://h/d?ApplicationName=x", "me"))
                .isEqualTo("postgres://me@h/d");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraphileWorkerJobs.connectionString("jdbc:h2:mem:x", "me"))
                .withMessageContaining("jdbc:h2:mem:x");
    }

    @Test
    void withoutNodeItIsNotMeasuredAndNothingIsWritten() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8));
        Path put = directory.resolve("put");
        assertThatThrownBy(() -> GraphileWorkerJobs.prepare(put, directory.toString(), progress))
                .isInstanceOf(NodePackage.MissingException.class)
                .hasMessage("node is not there");
        assertThatThrownBy(() -> GraphileWorkerJobs.prepare(put, null, progress))
                .isInstanceOf(NodePackage.MissingException.class);
        assertThat(put).doesNotExist();
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatNpmReadsNamesTheVersionExactly() throws Exception {
        assertThat(new NodePackage(directory, "graphile-worker", "0.17.3").manifest())
                .contains("\"graphile-worker\" : \"0.17.3\"")
                .contains("\"private\" : true");
    }

    @Test
    void aPackageIsThereWhenNpmHasEndedAndTheVersionIsTheSame() throws Exception {
        NodePackage wanted = new NodePackage(directory, "some", "2.0.0");
        assertThat(wanted.isInstalled()).isFalse();
        Path modules = directory.resolve("node_modules");
        Files.createDirectories(modules.resolve("some"));
        Files.writeString(modules.resolve("some/package.json"), "{\"version\":\"2.0.0\"}");
        assertThat(wanted.isInstalled()).isFalse();
        Files.writeString(modules.resolve(".package-lock.json"), "{}");
        assertThat(wanted.isInstalled()).isTrue();
        assertThat(new NodePackage(directory, "some", "2.0.1").isInstalled()).isFalse();
    }

    @Test
    void aProgramIsTheFirstThatCanBeRun() throws Exception {
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        Files.createDirectory(first.resolve("tool"));
        Path tool = Files.createFile(second.resolve("tool"));
        String searchPath = first + File.pathSeparator + File.pathSeparator + second;
        assumeTrue(tool.toFile().setExecutable(true), "files can be made executable");
        assertThat(NodePackage.program(searchPath, "tool")).contains(tool);
        assertThat(NodePackage.program(searchPath, "other")).isEmpty();
    }

    @Test
    void npmThatFailsIsTheReason() throws Exception {
        Path npm = directory.resolve("npm");
        Files.writeString(npm, "#!/bin/sh\necho no network\nexit 1\n");
        assumeTrue(npm.toFile().setExecutable(true) && File.separatorChar == '/', "scripts can be run");
        NodePackage wanted = new NodePackage(directory.resolve("put"), "some", "2.0.0");
        assertThatThrownBy(() -> wanted.install(npm))
                .isInstanceOf(NodePackage.MissingException.class)
                .hasMessageStartingWith("npm does not get some 2.0.0; ");
        assertThat(directory.resolve("put/npm.log")).hasContent("no network");
    }
}
