package io.insightdesk.testing;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.event.Actor;
import io.insightdesk.idempotency.IdempotentRequest;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.job.JobBatchId;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobSchedule;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundMailId;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.RetentionKind;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A tenant with some of everything, through the public API. */
public record FullTenant(
        TenantId tenant,
        Ticket ticket,
        Message message,
        Attachment attachment,
        Attachment looseFile,
        Customer customer,
        Organization organization,
        Agent agent,
        Team team,
        IssuedToken token,
        Mailbox mailbox,
        InboundMailId mail,
        JobId waitingJob,
        JobId deadJob,
        JobBatchId batch,
        JobSchedule schedule,
        OperationId export) {

    /** The name of the schedule. */
    public static final String SCHEDULE = "nightly";

    private static final JobKind<String> FAILS = new JobKind<>("full.fails", String.class);

    /** What the builder needs, before anything runs. */
    public static void prepare(InsightDesk insightDesk) {
        insightDesk.jobHandlers().register(FAILS, (context, payload) -> {
            throw new IllegalStateException("this job always fails");
        });
    }

    /** Fills a tenant. */
    public static FullTenant fill(InsightDesk insightDesk, TenantId tenant, String name) {
        Desk desk = insightDesk.tenant(tenant).as(Actor.system());
        String domain = name + ".example";
        Agent agent = desk.agents().create(NewAgent.of("Ann of " + name, "ann@" + domain, Role.ADMIN));
        Team team = desk.teams().create(new NewTeam("First line", List.of(agent.id())));
        IssuedToken token = desk.apiTokens().create(NewApiToken.of("a program", Role.ADMIN));
        Organization organization = desk.organizations().create(NewOrganization.of("Customers of " + name, domain));
        Customer customer = desk.customers().create(NewCustomer.of("Carl of " + name, "carl@" + domain));
        Mailbox mailbox = desk.mailboxes().create(NewMailbox.of("help@" + domain, name));
        InboundResult first = mail(desk, domain, "1", "");
        InboundMailId mail = first.id();
        Ticket ticket = desk.tickets().get(Objects.requireNonNull(first.ticket()));
        desk.tickets()
                .change(
                        ticket.id(),
                        null,
                        TicketChange.builder()
                                .addTag("fire")
                                .assignee(agent.id())
                                .team(team.id())
                                .build());
        Attachment attachment = upload(desk);
        Message message = insightDesk
                .tenant(tenant)
                .as(agent.actor())
                .conversations()
                .reply(
                        ticket.id(),
                        NewMessage.builder()
                                .text("Secret of " + name)
                                .attachment(attachment.id())
                                .build());
        Attachment loose = upload(desk);
        desk.tickets().resolve(ticket.id());
        desk.tickets().close(ticket.id());
        // A reply to what is closed opens a follow-up that is linked to it.
        InboundResult reply = mail(desk, domain, "2", "In-Reply-To: <1@" + domain + ">\r\n");
        if (ticket.id().equals(reply.ticket())) {
            throw new IllegalStateException("no follow-up was opened");
        }
        Ticket open = desk.tickets()
                .create(NewTicket.builder("Open question of " + name)
                        .requester(customer.id())
                        .build());
        OperationId export = desk.persons().export(customer.id()).id();
        desk.legalHolds().place(HoldTarget.of(ticket.id()), "Case of " + name);
        desk.retention().set(RetentionKind.RAW_MAILS, Duration.ofDays(3650));
        desk.remember(
                new IdempotentRequest("key of " + name, "00"), inner -> new RememberedAnswer(200, Map.of(), "secret"));
        JobId dead = desk.jobs()
                .enqueue(NewJob.builder(FAILS, "secret").maxAttempts(1).build());
        insightDesk.workers().runDue();
        JobId waiting = desk.jobs()
                .enqueue(NewJob.builder(FAILS, "secret")
                        .delay(Duration.ofDays(300))
                        .uniqueKey("one of " + name)
                        .uniqueFor(Duration.ofDays(1))
                        .build());
        NewJob later =
                NewJob.builder(FAILS, "secret").delay(Duration.ofDays(300)).build();
        JobBatchId batch = desk.jobs()
                .enqueueBatch(
                        List.of(later), id -> NewJob.builder(FAILS, "after").build());
        JobSchedule schedule = desk.jobSchedules()
                .put(NewJobSchedule.builder(SCHEDULE, JobTrigger.every(Duration.ofDays(30)), later)
                        .build());
        return new FullTenant(
                tenant,
                open,
                message,
                message.attachments().get(0),
                loose,
                customer,
                organization,
                agent,
                team,
                token,
                mailbox,
                mail,
                waiting,
                dead,
                batch,
                schedule,
                export);
    }

    private static Attachment upload(Desk desk) {
        return desk.attachments().upload("secret.txt", "text/plain", stream("secret"));
    }

    private static InboundResult mail(Desk desk, String domain, String id, String more) {
        String raw = "From: Carl <carl@" + domain + ">\r\nTo: help@" + domain + "\r\nMessage-ID: <" + id + "@" + domain
                + ">\r\n" + more + "Subject: It burns\r\n\r\nSince ten.\r\n";
        return desk.mail().receive(stream(raw), new Envelope("carl@" + domain, List.of("help@" + domain)));
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
