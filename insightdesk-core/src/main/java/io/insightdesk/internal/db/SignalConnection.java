package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that does nothing but listen to a channel of PostgreSQL's notifications. Used by one thread. */
public final class SignalConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SignalConnection.class);

    private final Connection connection;
    private final PGConnection notifications;
    private final boolean autoCommit;

    private SignalConnection(Connection connection, PGConnection notifications, boolean autoCommit) {
        this.connection = connection;
        this.notifications = notifications;
        this.autoCommit = autoCommit;
    }

    /** Takes over a connection and begins to listen; the connection is closed when that fails. */
    static SignalConnection listen(Connection connection, String channel) throws SQLException {
        try {
            boolean autoCommit = connection.getAutoCommit();
            if (!autoCommit) {
                connection.setAutoCommit(true);
            }
            SignalConnection made = new SignalConnection(connection, connection.unwrap(PGConnection.class), autoCommit);
            made.execute("listen \"" + channel + "\"");
            return made;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Sends a notification on this connection, so that it comes back if this connection can listen at all. */
    public void send(String channel, String payload) {
        try (PreparedStatement statement = connection.prepareStatement("select pg_notify(?, ?)")) {
            statement.setString(1, channel);
            statement.setString(2, payload);
            statement.execute();
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        }
    }

    /** What came, as soon as something did; empty when nothing did in time. */
    public List<String> await(Duration time) {
        try {
            PGNotification[] came = notifications.getNotifications((int) Math.max(time.toMillis(), 1));
            List<String> payloads = new ArrayList<>();
            for (PGNotification each : came == null ? new PGNotification[0] : came) {
                payloads.add(each.getParameter());
            }
            return payloads;
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Gives the connection back as it was. */
    @Override
    public void close() {
        try (connection) {
            execute("unlisten *");
            if (!autoCommit) {
                connection.setAutoCommit(false);
            }
        } catch (SQLException e) {
            log.debug("A connection that listened is broken; the pool finds out", e);
        }
    }
}
