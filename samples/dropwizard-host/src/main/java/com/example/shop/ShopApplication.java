package com.example.shop;

import io.dropwizard.auth.basic.BasicCredentialAuthFilter;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.lifecycle.Managed;
import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.InsightDeskFeature;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The shop. The help desk's resources are among its own, its workers are managed and its health is checked like the shop's. */
public class ShopApplication extends Application<ShopConfiguration> {
    /** Stands for the bank. */
    final BlockingQueue<String> paidBack = new LinkedBlockingQueue<>();

    public static void main(String[] args) throws Exception {
        new ShopApplication().run(args);
    }

    @Override
    public void run(ShopConfiguration configuration, Environment environment) {
        ManagedDataSource dataSource = configuration.getDatabase().build(environment.metrics(), "shop");
        environment.lifecycle().manage(dataSource);
        InsightDesk insightDesk = InsightDesk.builder().dataSource(dataSource).build();
        insightDesk.jobHandlers().register(OrdersResource.PAY_BACK, (context, order) -> paidBack.add(order));
        // Ended before the data source, for Dropwizard goes backwards.
        environment.lifecycle().manage(new Managed() {
            @Override
            public void start() {
                insightDesk.workers().start();
            }

            @Override
            public void stop() {
                insightDesk.close();
            }
        });
        Tenant tenant = insightDesk
                .tenants()
                .findBySlug("shop")
                .orElseGet(() -> insightDesk.tenants().create(NewTenant.of("shop", "The Shop")));

        ShopLogin login = new ShopLogin();
        ApiOptions options = ApiOptions.builder()
                .hostIdentity(login, user -> Optional.of(tenant.id()))
                .build();
        environment
                .jersey()
                .register(new BasicCredentialAuthFilter.Builder<ShopUser>()
                        .setAuthenticator(login)
                        .setRealm("shop")
                        .buildAuthFilter());
        environment.jersey().register(new OrdersResource(dataSource, insightDesk, tenant.id()));
        InsightDeskFeature.resources().forEach(environment.jersey()::register);
        environment.jersey().register(new InsightDeskFeature(insightDesk, options));
        environment.healthChecks().register("help desk", new HelpDeskHealth(insightDesk));
    }
}
