package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.devenv.seed.DemoStory.Kind;
import io.insightdesk.devenv.seed.DemoStory.Step;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.Channel;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketStatus;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Fills the demo tenant through the library's own API, whose clock it moves. Used once. */
final class DemoFiller {

    private static final String DOMAIN = "@demo.example";
    static final String ADMIN = "olivia" + DOMAIN;
    private static final Duration USUAL_PAUSE = Duration.ofMinutes(23);

    private static final Map<String, String> AGENTS =
            Map.of("maya", "Maya Lindqvist", "jonas", "Jonas Weber", "priya", "Priya Raman");

    private static final List<NewOrganization> ORGANIZATIONS = List.of(
            NewOrganization.of("Northwind Harbour", "northwind.example"),
            NewOrganization.of("Velo & Co.", "velo.example"),
            NewOrganization.of("Lumen Labs", "lumen.example"),
            NewOrganization.of("Casa Verde", "casaverde.example"),
            NewOrganization.of("Blue Fjord Shipping", "bluefjord.example"));

    private static final List<String> DOMAINS =
            List.of("northwind.example", "velo.example", "lumen.example", "casaverde.example", "bluefjord.example");

    private static final List<String> CUSTOMERS = List.of(
            "Ada Okafor",
            "Ben Hartmann",
            "Chen Wei",
            "Dora Novak",
            "Emil Larsen",
            "Fatima Haddad",
            "Grace Miller",
            "Hugo Martin",
            "Ines Costa",
            "Jack Doyle",
            "Kira Petrova",
            "Liam Byrne",
            "Mona Fischer",
            "Noah Cohen",
            "Olga Ivanova",
            "Pavel Kral",
            "Quinn Taylor",
            "Rosa Jimenez",
            "Sven Eriksson",
            "Tara Singh",
            "Umar Khan",
            "Vera Popescu",
            "Will Parker",
            "Xenia Papadaki",
            "Yusuf Demir",
            "Zoe Laurent");

    private final MutableClock clock;
    private final InsightDesk insightDesk;
    private final TenantId tenant;
    private final Connection connection;
    private final Instant now;
    private final Map<String, Agent> agents = new HashMap<>();
    private final Map<String, Team> teams = new HashMap<>();
    private final Map<String, Customer> customers = new HashMap<>();

    DemoFiller(MutableClock clock, InsightDesk insightDesk, TenantId tenant, Connection connection, Instant now) {
        this.clock = clock;
        this.insightDesk = insightDesk;
        this.tenant = tenant;
        this.connection = connection;
        this.now = now;
    }

    /** Does something as somebody, in the one transaction. */
    private <T> T as(Actor actor, Function<Desk, T> work) {
        return insightDesk.tenant(tenant).as(actor).within(connection, work);
    }

    Agent fill(SeedListener listener) {
        List<DemoStory> stories = DemoStory.all();
        listener.progress("tickets", 0, stories.size());
        Agent admin = as(Actor.system(), this::people);
        for (int told = 0; told < stories.size(); told++) {
            tell(stories.get(told));
            listener.progress("tickets", told + 1L, stories.size());
        }
        // Last, so that none of the answers above leaves by mail.
        clock.set(now);
        as(Actor.system(), desk -> desk.mailboxes().create(NewMailbox.of(DemoTenant.MAILBOX, "Demo support")));
        return admin;
    }

    private Agent people(Desk desk) {
        Agent admin = desk.agents().create(NewAgent.of("Olivia Brandt", ADMIN, Role.ADMIN));
        AGENTS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> agents.put(
                        each.getKey(),
                        desk.agents().create(NewAgent.of(each.getValue(), each.getKey() + DOMAIN, Role.AGENT))));
        desk.agents().create(NewAgent.of("Victor Reyes", "victor" + DOMAIN, Role.VIEWER));
        team(desk, "Support", "maya", "jonas", "priya");
        team(desk, "Operations", "jonas", "maya");
        team(desk, "Billing", "priya");
        team(desk, "Product", "maya");
        ORGANIZATIONS.forEach(desk.organizations()::create);
        for (int i = 0; i < CUSTOMERS.size(); i++) {
            String name = CUSTOMERS.get(i);
            String first = name.substring(0, name.indexOf(' ')).toLowerCase(Locale.ROOT);
            customers.put(
                    first,
                    desk.customers().create(NewCustomer.of(name, first + "@" + DOMAINS.get(i % DOMAINS.size()))));
        }
        return admin;
    }

    private void team(Desk desk, String name, String... members) {
        teams.put(
                name,
                desk.teams()
                        .create(new NewTeam(
                                name,
                                List.of(members).stream()
                                        .map(member -> agent(member).id())
                                        .toList())));
    }

    private void tell(DemoStory story) {
        Duration since = Duration.ofHours(story.hoursAgo());
        Duration share = since.dividedBy(story.steps().size() + 1L);
        Duration pause = share.compareTo(USUAL_PAUSE) < 0 ? share : USUAL_PAUSE;
        clock.set(now.minus(since));
        Step question = story.steps().stream()
                .filter(step -> step.kind() == Kind.CUSTOMER)
                .findFirst()
                .orElseThrow();
        NewTicket.Builder opened = NewTicket.builder(story.subject())
                .requester(requireNonNull(customers.get(story.customer()), story.customer())
                        .id())
                .channel(Channel.of(story.channel()))
                .priority(TicketPriority.of(story.priority()));
        story.tags().forEach(opened::tag);
        Ticket ticket = as(
                Actor.system(),
                desk -> desk.conversations()
                        .open(opened.build(), NewMessage.text(question.text()))
                        .ticket());
        Actor actor = Actor.system();
        for (Step step : story.steps()) {
            if (step.equals(question)) {
                continue;
            }
            clock.advance(pause);
            actor = step.agent().isEmpty() ? actor : agent(step.agent()).actor();
            as(actor, desk -> happen(desk, ticket, step));
        }
    }

    private Object happen(Desk desk, Ticket ticket, Step step) {
        TicketChange.Builder change = TicketChange.builder();
        return switch (step.kind()) {
            case CUSTOMER -> desk.conversations().addCustomerMessage(ticket.id(), NewMessage.text(step.text()));
            case ANSWER -> desk.conversations().reply(ticket.id(), NewMessage.text(step.text()));
            case NOTE -> desk.conversations().note(ticket.id(), NewMessage.text(step.text()));
            case STATUS ->
                desk.tickets()
                        .change(
                                ticket.id(),
                                null,
                                change.status(TicketStatus.of(step.text())).build());
            case ASSIGN -> {
                Team team = requireNonNull(teams.get(step.text()), step.text());
                change.assignee(agent(step.agent()).id()).team(team.id());
                yield desk.tickets().change(ticket.id(), null, change.build());
            }
        };
    }

    private Agent agent(String name) {
        return requireNonNull(agents.get(name), name);
    }
}
