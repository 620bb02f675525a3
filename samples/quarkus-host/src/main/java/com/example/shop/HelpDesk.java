package com.example.shop;

import io.insightdesk.InsightDesk;
import io.insightdesk.TransactionHooks;
import io.insightdesk.job.JobKind;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** All that a Quarkus application needs to have a help desk. */
@Singleton
public class HelpDesk {
    static final JobKind<String> PAY_BACK = new JobKind<>("shop.pay-back", String.class);

    /** Stands for the bank. */
    final BlockingQueue<String> paidBack = new LinkedBlockingQueue<>();

    @Produces
    @Singleton
    @Startup
    InsightDesk insightDesk(@DataSource("helpdesk") javax.sql.DataSource dataSource) {
        InsightDesk insightDesk = InsightDesk.builder().dataSource(dataSource).build();
        insightDesk.jobHandlers().register(PAY_BACK, (context, order) -> paidBack.add(order));
        insightDesk.workers().start();
        return insightDesk;
    }

    void close(@Disposes InsightDesk insightDesk) {
        insightDesk.close();
    }

    /** The shop is one tenant. It is looked up first, because the application starts more than once. */
    @Produces
    @Singleton
    Tenant tenant(InsightDesk insightDesk) {
        return insightDesk
                .tenants()
                .findBySlug("shop")
                .orElseGet(() -> insightDesk.tenants().create(NewTenant.of("shop", "The Shop")));
    }

    /** JTA knows when its transaction is committed; so jobs start at once instead of with the next poll. */
    @Produces
    @Singleton
    TransactionHooks transactionHooks(TransactionSynchronizationRegistry transactions) {
        return action -> transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Only the outcome matters.
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    action.run();
                }
            }
        });
    }
}
