package io.insightdesk.mail;

import org.jspecify.annotations.Nullable;

/**
 * The mailboxes of a tenant. Each call is one transaction, or part of the host's. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface Mailboxes {

    /**
     * Makes a mailbox; needs {@code mail:admin}.
     *
     * @param mailbox what it shall be
     * @return the mailbox as stored
     * @throws io.insightdesk.error.ConflictException with code {@code address_taken} when any tenant has a mailbox of this address
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_team} when there is no such team
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Mailbox create(NewMailbox mailbox);

    /**
     * Reads a mailbox; needs {@code mail:read}.
     *
     * @param id the mailbox
     * @return the mailbox
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Mailbox get(MailboxId id);

    /**
     * Lists mailboxes in the order in which they were made; needs {@code mail:read}. Answers to tickets that came through no
     * mailbox leave from the first.
     *
     * @param query which
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} for a cursor of another list
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    MailboxPage list(MailboxQuery query);

    /**
     * Changes a mailbox; needs {@code mail:admin}.
     *
     * @param id the mailbox
     * @param expectedVersion the version that was read; null for any
     * @param change what shall be different
     * @return the mailbox as stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when somebody else was first
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_team} when there is no such team
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Mailbox change(MailboxId id, @Nullable Long expectedVersion, MailboxChange change);
}
