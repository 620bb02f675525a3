package io.insightdesk.conversation.internal;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.AttachmentLinks;
import io.insightdesk.conversation.Attachments;
import io.insightdesk.conversation.Conversations;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.Customers;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Agents;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Signer;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.files.FileType;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.ScanResult;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketStatus;
import io.insightdesk.ticket.internal.TicketFeature;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds the conversations' services from their collaborators; what other features may use of them. Thread-safe. */
public final class ConversationFeature {

    final ConversationStore store = new ConversationStore();
    final TicketFeature tickets;
    final StorageFeature storage;
    final Cursors cursors;
    final LinkSignatures signatures;
    private final Function<Scope, Customers> customers;
    private final Function<Scope, Agents> agents;
    private final Supplier<Outgoing> outgoing;
    private final long maxAttachmentBytes;

    /**
     * Makes the feature.
     *
     * @param outgoing how answers leave; a supplier, because the mail feature is made after this one
     */
    public ConversationFeature(
            TicketFeature tickets,
            StorageFeature storage,
            Cursors cursors,
            Signer signer,
            Function<Scope, Customers> customers,
            Function<Scope, Agents> agents,
            Supplier<Outgoing> outgoing,
            long maxAttachmentBytes) {
        this.tickets = tickets;
        this.storage = storage;
        this.cursors = cursors;
        this.signatures = new LinkSignatures(signer);
        this.customers = customers;
        this.agents = agents;
        this.outgoing = outgoing;
        this.maxAttachmentBytes = maxAttachmentBytes;
    }

    /** The service in a scope. */
    public Conversations conversations(Scope scope) {
        return new ConversationService(this, scope);
    }

    /** The service for files in a scope. */
    public Attachments attachments(Scope scope) {
        return new AttachmentService(this, scope);
    }

    /**
     * Files by their links.
     *
     * @param scopes the library's own scope in a tenant, in transactions that are closed where the tenant is
     */
    public AttachmentLinks links(Clock clock, Function<TenantId, Scope> scopes) {
        return new AttachmentLinkService(this, clock, scopes);
    }

    Outgoing outgoing() {
        return outgoing.get();
    }

    long maxAttachmentBytes() {
        return maxAttachmentBytes;
    }

    /** Adds a message to a locked ticket, for the library's own doings, which take any attachment that is free. */
    public OpenedTicket add(Tx tx, Scope scope, Ticket ticket, MessageDraft draft) {
        return add(tx, scope, Access.ALL, ticket, draft);
    }

    /** Adds a message to a locked ticket, with its attachments and event. The answer's ticket is as stored then. */
    OpenedTicket add(Tx tx, Scope scope, Access access, Ticket ticket, MessageDraft draft) {
        Message bare = new Message(
                draft.id(),
                ticket.id(),
                draft.kind(),
                draft.author(),
                draft.subject(),
                draft.text(),
                draft.html(),
                draft.newText(),
                draft.flags(),
                List.of(),
                draft.mail(),
                draft.delivery(),
                null,
                scope.now());
        store.insert(tx, bare, draft.raw());
        if (draft.raw() != null) {
            storage.link(tx, draft.raw());
        }
        List<Attachment> attachments = claim(tx, access, draft);
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("message", draft.id().toString());
        payload.put("kind", draft.kind().wireName());
        payload.put("attachments", attachments.size());
        if (!draft.flags().isEmpty()) {
            payload.put("flags", draft.flags().stream().sorted().toList());
        }
        Ticket touched = tickets.messageAdded(tx, scope, ticket, payload);
        return new OpenedTicket(touched, withAttachments(bare, attachments));
    }

    private List<Attachment> claim(Tx tx, Access access, MessageDraft draft) {
        UUID uploader = access.tickets().customer();
        List<Attachment> claimed = new ArrayList<>();
        for (AttachmentId id : draft.attachments()) {
            int index = claimed.size();
            Optional<ConversationStore.Stored> stored = store.claimAttachment(tx, id, draft.id(), index, uploader);
            if (stored.isEmpty()) {
                throw new InvalidInputException(
                        "/attachmentIds/" + index,
                        "unknown_attachment",
                        "There is no uploaded attachment '" + id + "' that does not belong to a message yet.");
            }
            storage.link(tx, stored.get().blob());
            claimed.add(stored.get().attachment());
        }
        return claimed;
    }

    private static Message withAttachments(Message m, List<Attachment> attachments) {
        return new Message(
                m.id(),
                m.ticket(),
                m.kind(),
                m.author(),
                m.subject(),
                m.text(),
                m.html(),
                m.newText(),
                m.flags(),
                attachments,
                m.mail(),
                m.delivery(),
                m.deliveryError(),
                m.createdAt());
    }

    /** What the customer's word does to a ticket: one that waits or is answered is open again. */
    public Ticket reopen(Tx tx, Scope scope, Ticket ticket) {
        if (ticket.status() != TicketStatus.PENDING && ticket.status() != TicketStatus.RESOLVED) {
            return ticket;
        }
        TicketChange open = TicketChange.builder().status(TicketStatus.OPEN).build();
        return tickets.update(tx, scope, ticket, open.applyTo(ticket));
    }

    /** Records a file whose content is in the blob store, and was scanned, already; it belongs to no message yet. */
    public Attachment store(
            Tx tx,
            Scope scope,
            String filename,
            FileType type,
            boolean inline,
            @Nullable String contentId,
            Blob blob,
            @Nullable ScanResult scan) {
        Attachment attachment = new Attachment(
                new AttachmentId(Ids.next()),
                filename,
                type.type(),
                type.claimed(),
                blob.size(),
                inline,
                contentId,
                scan,
                scope.now());
        store.insertAttachment(tx, attachment, blob.id(), scope.actor().id());
        return attachment;
    }

    /** The customer as the author of a message. */
    public Message.Author customerAuthor(Tx tx, Scope scope, CustomerId id) {
        return ConversationService.authorOf(
                customers.apply(scope.in(tx).trusted()).get(id));
    }

    /** The scope's actor as the author of a message. */
    Message.Author author(Tx tx, Scope scope) {
        UUID id = scope.actor().id();
        if (scope.actor().type() == ActorType.AGENT && id != null) {
            Agent agent = agents.apply(scope.in(tx).trusted()).get(new AgentId(id));
            return new Message.Author(
                    ActorType.AGENT, id, agent.name(), agent.email().toString());
        }
        return new Message.Author(scope.actor().type(), id, scope.actor().name(), null);
    }

    /** Reads a message, for the library's own doings. */
    public Optional<Message> find(Tx tx, MessageId id) {
        return store.find(tx, id, Access.ALL);
    }

    /** The Message-IDs of a conversation, oldest first. */
    public List<String> mailMessageIds(Tx tx, TicketId ticket) {
        return store.mailMessageIds(tx, ticket);
    }

    /** Where the content of a message's attachment is. */
    public BlobId blobOf(Tx tx, AttachmentId id) {
        return store.findAttachment(tx, id, Access.ALL)
                .orElseThrow(() -> new IllegalStateException("attachment " + id + " of a stored message is missing"))
                .blob();
    }

    /** Records what became of the mail of a message, with an event on its ticket. */
    public void delivered(Tx tx, Scope scope, MessageId id, Delivery delivery, @Nullable String error) {
        Optional<Message> message = store.find(tx, id, Access.ALL);
        if (message.isEmpty() || message.get().delivery() == delivery) {
            return;
        }
        Ticket ticket = tickets.lock(tx, message.get().ticket());
        if (store.setDelivery(tx, id, delivery, error)) {
            tickets.deliveryChanged(
                    tx, scope, ticket, Map.of("message", id.toString(), "delivery", delivery.wireName()));
        }
    }

    /** Shows why the mail of a message could not be sent yet, while it waits to be sent again. */
    public void delayed(Tx tx, MessageId id, String error) {
        boolean ignored = store.setDelivery(tx, id, Delivery.QUEUED, error);
    }

    /** Forgets uploads that no message took; answers how many. */
    public int forgetUploads(Scope scope, Duration olderThan) {
        return scope.run(tx -> store.deleteAbandoned(tx, scope.now().minus(olderThan)));
    }
}
