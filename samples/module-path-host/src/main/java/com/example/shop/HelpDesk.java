package com.example.shop;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.event.Actor;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import javax.sql.DataSource;

/** The shop's help desk, in a named module. */
public final class HelpDesk implements AutoCloseable {
    private final InsightDesk insightDesk;
    private final Desk desk;

    /** Brings the schema up to date and makes the shop's tenant. */
    public HelpDesk(DataSource dataSource) {
        insightDesk = InsightDesk.builder().dataSource(dataSource).build();
        desk = insightDesk
                .tenant(insightDesk.tenants().create(NewTenant.of("shop", "The Shop")).id())
                .as(Actor.system());
    }

    /** Opens a ticket for somebody who wrote from the shop's pages. */
    public Ticket ask(String email, String name, String subject) {
        return desk.tickets()
                .create(NewTicket.builder(subject).requester(email, name).build());
    }

    /** What is still to be answered. */
    public Ticket find(Ticket ticket) {
        return desk.tickets().get(ticket.id());
    }

    @Override
    public void close() {
        insightDesk.close();
    }
}
