package io.insightdesk.devenv.servers;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a database is, and who may use it.
 *
 * @param host the name or address of the machine
 * @param port the port
 * @param database the database's name
 * @param user a user that owns the server: a superuser
 * @param password the user's password, which only a development environment may show
 * @since 0.1.0
 */
public record PostgresEndpoint(String host, int port, String database, String user, String password) {
    /** Returns the JDBC address, without the user. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + encoded(database);
    }

    /** Returns the address with user and password as {@code DATABASE_URL} has it: {@code postgresql://…}. */
    public String databaseUrl() {
        return "postgresql://" + encoded(user) + ":" + encoded(password) + "@" + host + ":" + port + "/"
                + encoded(database);
    }

    /** Returns the same server's other database. */
    public PostgresEndpoint withDatabase(String name) {
        return new PostgresEndpoint(host, port, name, user, password);
    }

    /** Returns a data source without a pool: every connection is a new one, and its {@code close} ends it. */
    public DataSource dataSource() {
        return unpooled();
    }

    PGSimpleDataSource unpooled() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {host});
        dataSource.setPortNumbers(new int[] {port});
        dataSource.setDatabaseName(database);
        dataSource.setUser(user);
        dataSource.setPassword(password);
        dataSource.setApplicationName("insightdesk-devenv");
        return dataSource;
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
