package com.example.shop;

import io.insightdesk.InsightDesk;
import io.insightdesk.TransactionHooks;
import io.insightdesk.job.JobKind;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** All that a Spring application needs to have a help desk: it lives on the application's own data source. */
@Configuration(proxyBeanMethods = false)
public class InsightDeskConfiguration {
    static final JobKind<String> PAY_BACK = new JobKind<>("shop.pay-back", String.class);

    /**
     * The help desk makes and migrates the schema {@code insightdesk} itself. The application's own Flyway or Liquibase goes on
     * as before: neither sees the other's history. Spring calls {@code close()} at the end, which stops the workers and
     * leaves the data source alone. Its metrics are among those of Actuator.
     */
    @Bean
    InsightDesk insightDesk(DataSource dataSource, MeterRegistry meters, BlockingQueue<String> paidBack) {
        InsightDesk insightDesk = InsightDesk.builder()
                .dataSource(dataSource)
                .meterRegistry(meters)
                .workers(ShopWorkers.OPTIONS)
                .build();
        insightDesk.jobHandlers().register(PAY_BACK, (context, orderId) -> paidBack.add(orderId));
        insightDesk.workers().start();
        return insightDesk;
    }

    /** The shop is one tenant. It is looked up first, because the application starts more than once. */
    @Bean
    Tenant shopTenant(InsightDesk insightDesk) {
        return insightDesk
                .tenants()
                .findBySlug("shop")
                .orElseGet(() -> insightDesk.tenants().create(NewTenant.of("shop", "The Shop")));
    }

    /** Spring knows when its transaction is committed; so jobs start at once instead of with the next poll. */
    @Bean
    TransactionHooks transactionHooks() {
        return action -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                action.run();
            }
        });
    }

    /** Stands for the bank. */
    @Bean
    BlockingQueue<String> paidBack() {
        return new LinkedBlockingQueue<>();
    }
}
