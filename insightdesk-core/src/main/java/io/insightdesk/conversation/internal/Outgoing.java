package io.insightdesk.conversation.internal;

import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.Ticket;
import java.util.Optional;

/** How an agent's answer leaves; implemented by the mail feature, which is above this one. */
public interface Outgoing {

    /** Decides whether the answer leaves by mail, and under which Message-ID, from and to whom; empty when it does not. */
    Optional<Message.MailFacts> address(Tx tx, Scope scope, Ticket ticket, MessageId id, NewMessage message);

    /** Enqueues the mail of a message that was stored in this transaction. */
    void enqueue(Tx tx, Scope scope, Message message);
}
