package io.insightdesk.benchmarks;

import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.devenv.servers.Images;
import io.insightdesk.devenv.servers.Service;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The same test, with the extension and as people write it by hand, run by the JUnit Platform in a JVM of its own. */
public final class TestSuite {
    private TestSuite() {}

    /**
     * Runs the tests.
     *
     * @param arguments {@code ours} or {@code by-hand}, and how many test classes, up to 50
     */
    public static void main(String[] arguments) {
        List<DiscoverySelector> classes = arguments[0].equals("ours")
                ? Stream.of(Ours.class.getDeclaredClasses())
                        .limit(Integer.parseInt(arguments[1]))
                        .<DiscoverySelector>map(DiscoverySelectors::selectClass)
                        .toList()
                : List.of(DiscoverySelectors.selectClass(ByHand.class));
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(classes).build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary);
        summary.getSummary()
                .printFailuresTo(new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true));
        boolean good = summary.getSummary().getTestsSucceededCount() == classes.size();
        System.exit(good ? 0 : 1);
    }

    private static void useDatabase(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from insightdesk.ticket")) {
            row.next();
            if (row.getLong(1) != 0) {
                throw new IllegalStateException("the database is not fresh");
            }
        }
    }

    /** What every class of ours does. */
    @DevEnvironmentTest
    abstract static class Uses {
        @Test
        void usesTheDatabase(DataSource dataSource) throws SQLException {
            useDatabase(dataSource);
        }
    }

    /** One container for all, migrated by hand, as in every second project. */
    static class ByHand {
        private static final PostgreSQLContainer POSTGRES = new PostgreSQLContainer(
                DockerImageName.parse(Images.of(Service.POSTGRES)).asCompatibleSubstituteFor("postgres"));

        static {
            POSTGRES.start();
            PGSimpleDataSource dataSource = dataSource();
            InsightDesk.builder().dataSource(dataSource).build().close();
        }

        private static PGSimpleDataSource dataSource() {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(POSTGRES.getJdbcUrl());
            dataSource.setUser(POSTGRES.getUsername());
            dataSource.setPassword(POSTGRES.getPassword());
            return dataSource;
        }

        @Test
        void usesTheDatabase() throws SQLException {
            useDatabase(dataSource());
        }
    }

    /** Fifty classes, each with a database of its own. */
    static final class Ours {
        private Ours() {}

        static class Class1 extends Uses {}

        static class Class2 extends Uses {}

        static class Class3 extends Uses {}

        static class Class4 extends Uses {}

        static class Class5 extends Uses {}

        static class Class6 extends Uses {}

        static class Class7 extends Uses {}

        static class Class8 extends Uses {}

        static class Class9 extends Uses {}

        static class Class10 extends Uses {}

        static class Class11 extends Uses {}

        static class Class12 extends Uses {}

        static class Class13 extends Uses {}

        static class Class14 extends Uses {}

        static class Class15 extends Uses {}

        static class Class16 extends Uses {}

        static class Class17 extends Uses {}

        static class Class18 extends Uses {}

        static class Class19 extends Uses {}

        static class Class20 extends Uses {}

        static class Class21 extends Uses {}

        static class Class22 extends Uses {}

        static class Class23 extends Uses {}

        static class Class24 extends Uses {}

        static class Class25 extends Uses {}

        static class Class26 extends Uses {}

        static class Class27 extends Uses {}

        static class Class28 extends Uses {}

        static class Class29 extends Uses {}

        static class Class30 extends Uses {}

        static class Class31 extends Uses {}

        static class Class32 extends Uses {}

        static class Class33 extends Uses {}

        static class Class34 extends Uses {}

        static class Class35 extends Uses {}

        static class Class36 extends Uses {}

        static class Class37 extends Uses {}

        static class Class38 extends Uses {}

        static class Class39 extends Uses {}

        static class Class40 extends Uses {}

        static class Class41 extends Uses {}

        static class Class42 extends Uses {}

        static class Class43 extends Uses {}

        static class Class44 extends Uses {}

        static class Class45 extends Uses {}

        static class Class46 extends Uses {}

        static class Class47 extends Uses {}

        static class Class48 extends Uses {}

        static class Class49 extends Uses {}

        static class Class50 extends Uses {}
    }
}
