package io.insightdesk.internal.db;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose first statement carries the role and the tenant setting with it, in the same round trip: the scoping
 * statement and the caller's are sent as one prepared call of two statements, and the first one's result is skipped. A
 * separate call costs about a third of a small read.
 */
final class ScopedConnection implements InvocationHandler {

    private final Connection connection;
    private final Scoping scoping;
    private final @Nullable Condition condition;
    private boolean scoped;

    private ScopedConnection(Connection connection, Scoping scoping, @Nullable Condition condition) {
        this.connection = connection;
        this.scoping = scoping;
        this.condition = condition;
    }

    static Connection wrap(Connection connection, Scoping scoping) {
        return wrap(connection, scoping, null);
    }

    /**
     * The same, where something must hold for the statements to count.
     *
     * @param condition asked together with the scoping; null for none
     */
    static Connection wrap(Connection connection, Scoping scoping, @Nullable Condition condition) {
        return (Connection) Proxy.newProxyInstance(
                ScopedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new ScopedConnection(connection, scoping, condition));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (!scoped && name.equals("prepareStatement") && isPlain(arguments)) {
            PreparedStatement statement = connection.prepareStatement(sql() + ";\n" + arguments[0]);
            scoping.bind(statement);
            return Proxy.newProxyInstance(
                    ScopedConnection.class.getClassLoader(),
                    new Class<?>[] {PreparedStatement.class},
                    new FirstStatement(statement));
        }
        if (!scoped && (name.startsWith("prepare") || name.equals("createStatement"))) {
            apply();
            scoped = true;
        }
        return call(connection, method, arguments);
    }

    private String sql() {
        return condition == null ? scoping.sql() : scoping.sql() + ", " + condition.columns();
    }

    private void apply() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql())) {
            scoping.bind(statement);
            statement.execute();
            check(statement);
        }
    }

    /** The scoping has one column for each of its parameters. */
    private void check(PreparedStatement statement) throws SQLException {
        if (condition != null) {
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                condition.check(row, scoping.parameters() + 1);
            }
        }
    }

    /** What Jdbi asks for is what the driver gives where nothing is asked for. */
    private static boolean isPlain(Object[] arguments) {
        return arguments.length == 1
                || (arguments.length == 3
                        && arguments[1].equals(ResultSet.TYPE_FORWARD_ONLY)
                        && arguments[2].equals(ResultSet.CONCUR_READ_ONLY));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private final class FirstStatement implements InvocationHandler {

        private final PreparedStatement statement;

        FirstStatement(PreparedStatement statement) {
            this.statement = statement;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            String name = method.getName();
            if (name.startsWith("set") && arguments.length >= 2) {
                Object[] shifted = Arrays.copyOf(arguments, arguments.length);
                shifted[0] = (Integer) arguments[0] + scoping.parameters();
                return call(statement, method, shifted);
            }
            if (name.startsWith("execute")) {
                if (!name.equals("execute") || (arguments != null && arguments.length > 0)) {
                    throw new SQLException(
                            "the first statement of a transaction is executed by execute(), not " + name);
                }
                statement.execute();
                check(statement);
                scoped = true;
                return statement.getMoreResults();
            }
            if (name.equals("addBatch")) {
                throw new SQLException(
                        "the first statement of a transaction cannot be a batch; send arrays and unnest them");
            }
            return call(statement, method, arguments);
        }
    }
}
