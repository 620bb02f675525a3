package io.insightdesk.transfer.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A data source whose node dies after so many statements: nothing works any more, and what was open is rolled back. */
final class DyingDataSource {

    private DyingDataSource() {}

    /**
     * Makes one.
     *
     * @param left how many statements it lives; below zero it is dead
     */
    static DataSource of(DataSource real, AtomicInteger left) {
        return proxy(DataSource.class, real, left);
    }

    private static <T> T proxy(Class<T> type, Object real, AtomicInteger left) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    String name = method.getName();
                    boolean works = real instanceof Statement && name.startsWith("execute");
                    if ((works && left.decrementAndGet() < 0)
                            || (left.get() < 0 && (name.equals("getConnection") || name.equals("commit")))) {
                        throw new SQLException("the node died", "08006");
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        if (name.equals("unwrap")) {
                            return result;
                        }
                        return switch (name) {
                            case "getConnection" ->
                                real instanceof DataSource ? proxy(Connection.class, result, left) : result;
                            case "prepareStatement" -> proxy(PreparedStatement.class, result, left);
                            case "createStatement" -> proxy(Statement.class, result, left);
                            default -> result;
                        };
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
