package com.example.shop;

import io.insightdesk.devenv.servers.DevEnvironment;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.Service;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A PostgreSQL for the test, in a container or without. As in production, the shop's user owns the database and is no superuser. */
public class ShopDatabase implements QuarkusTestResourceLifecycleManager {
    private DevEnvironment environment;

    @Override
    public Map<String, String> start() {
        environment = DevEnvironment.builder().with(Service.POSTGRES).start();
        execute(environment.postgres(), "create role shop login createrole password 'shop'");
        execute(environment.postgres(), "create database shop owner shop");
        PostgresEndpoint postgres = environment.postgres().withDatabase("shop");
        execute(postgres, "create table orders (id text primary key, state text not null)");
        execute(postgres, "alter table orders owner to shop");
        return Map.of(
                "quarkus.datasource.jdbc.url",
                postgres.jdbcUrl(),
                "quarkus.datasource.username",
                "shop",
                "quarkus.datasource.password",
                "shop");
    }

    @Override
    public void stop() {
        if (environment != null) {
            environment.close();
        }
    }

    private static void execute(PostgresEndpoint postgres, String sql) {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
