package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.ticket.Ticket;
import org.junit.jupiter.api.Test;

@DevEnvironmentTest(migrated = false)
class HelpDeskTest {
    @Test
    void ticketsAreOpenedFromANamedModule(PostgresEndpoint database) {
        assertTrue(HelpDesk.class.getModule().isNamed());
        assertEquals("io.insightdesk.core", InsightDesk.class.getModule().getName());
        assertTrue(InsightDesk.class.getModule().getDescriptor().isAutomatic());

        try (HelpDesk helpDesk = new HelpDesk(database.dataSource())) {
            Ticket ticket = helpDesk.ask("ada@example.com", "Ada", "Printer on fire");

            assertEquals("Printer on fire", helpDesk.find(ticket).subject());
        }
    }

    @Test
    void whatIsNotForHostsIsNamedInternal() {
        for (String name : InsightDesk.class.getModule().getPackages()) {
            assertFalse(name.startsWith("org.flywaydb"), name);
        }
    }
}
