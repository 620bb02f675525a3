package com.example.shop;

import io.insightdesk.InsightDesk;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/** The help desk among what Actuator looks at. Only this differs between Spring Boot 3 and 4: the package of what it implements. */
@Component
class HelpDeskHealthIndicator implements HealthIndicator {
    private final InsightDesk insightDesk;

    HelpDeskHealthIndicator(InsightDesk insightDesk) {
        this.insightDesk = insightDesk;
    }

    @Override
    public Health health() {
        io.insightdesk.Health health = insightDesk.health();
        // UP, DEGRADED or DOWN; Actuator answers 503 to the last only.
        Health.Builder answer = Health.status(new Status(health.status().name()));
        health.checks().forEach(check -> answer.withDetail(check.name(), check.status()));
        return answer.build();
    }
}
