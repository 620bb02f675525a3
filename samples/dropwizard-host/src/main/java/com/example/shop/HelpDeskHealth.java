package com.example.shop;

import com.codahale.metrics.health.HealthCheck;
import io.insightdesk.Health;
import io.insightdesk.InsightDesk;

/** The help desk among the shop's own health checks, on Dropwizard's admin port. */
final class HelpDeskHealth extends HealthCheck {
    private final InsightDesk insightDesk;

    HelpDeskHealth(InsightDesk insightDesk) {
        this.insightDesk = insightDesk;
    }

    @Override
    protected Result check() {
        Health health = insightDesk.health();
        // Degraded is for people to look at; it is no reason to take the shop out of the load balancer.
        return health.status() == Health.Status.DOWN
                ? Result.unhealthy(String.valueOf(health.checks()))
                : Result.healthy(health.status().name());
    }
}
