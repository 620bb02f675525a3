package io.insightdesk;

import org.postgresql.ds.PGSimpleDataSource;

/** A host in a process of its own that brings no logger: builds the library, which migrates, says so and ends. */
final class SilentHost {

    static final String BUILT = "built";

    private SilentHost() {}

    public static void main(String[] arguments) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        dataSource.setUser(arguments[1]);
        InsightDesk.builder()
                .dataSource(dataSource)
                .workRole(arguments[2])
                .build()
                .close();
        System.out.println(BUILT);
    }
}
