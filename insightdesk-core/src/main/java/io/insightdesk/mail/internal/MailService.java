package io.insightdesk.mail.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundMail;
import io.insightdesk.mail.InboundMailId;
import io.insightdesk.mail.InboundMailPage;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.Mail;
import io.insightdesk.storage.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

final class MailService implements Mail {

    private static final UUID BEGINNING = new UUID(0, 0);
    private static final int MAX_RECIPIENTS = 100;
    private static final int MAX_ADDRESS = 500;

    private final MailFeature feature;
    private final Scope scope;

    MailService(MailFeature feature, Scope scope) {
        this.feature = feature;
        this.scope = scope;
    }

    @Override
    public InboundResult receive(InputStream raw, @Nullable String mailbox) {
        scope.require(Permission.MAIL_RECEIVE);
        if (mailbox != null) {
            String address = EmailAddress.parse(mailbox)
                    .map(EmailAddress::value)
                    .map(ReplyTokens::withoutTag)
                    .orElse("");
            if (scope.run(tx -> feature.mailboxes.withAddresses(tx, List.of(address)))
                    .isEmpty()) {
                throw new InvalidInputException(
                        "/mailbox", "unknown_mailbox", "There is no mailbox of this address in this tenant.");
            }
        }
        return receive(raw, Envelope.to(mailbox));
    }

    @Override
    public InboundResult receive(InputStream raw, Envelope envelope) {
        requireNonNull(raw, "raw");
        requireNonNull(envelope, "envelope");
        scope.require(Permission.MAIL_RECEIVE);
        requireOwnTransactions();
        InboundMailId id = keep(raw, clean(envelope));
        return process(id, false);
    }

    /** The mail is safe when this returns; a job sees to it that it is processed even if this node dies now. */
    private InboundMailId keep(InputStream raw, Envelope envelope) {
        Blob blob;
        try {
            blob = feature.storage.store(scope.tenant(), raw, feature.options.maxMailBytes());
        } catch (LimitReachedException e) {
            throw e.code().equals("blob_too_large")
                    ? new LimitReachedException(
                            "mail_too_large",
                            "The mail is larger than the " + feature.options.maxMailBytes()
                                    + " bytes that are allowed.",
                            null)
                    : e;
        }
        InboundMailId id = new InboundMailId(Ids.next());
        return scope.run(tx -> {
            feature.storage.link(tx, blob.id());
            feature.inbound.insert(tx, id, blob.id(), envelope, scope.now());
            feature.enqueueProcessing(tx, scope, id);
            return id;
        });
    }

    private InboundResult process(InboundMailId id, boolean unlimited) {
        try {
            return feature.processor.process(feature.system(scope.tenant(), scope.requestId()), id, unlimited);
        } catch (IOException | RuntimeException e) {
            // Also where a scanner for malware is away: the mail waits for it.
            throw new UnavailableException(
                    "mail_delayed",
                    "The mail is kept as " + id + ", but could not be processed now; a background job tries again.",
                    e);
        }
    }

    private static Envelope clean(Envelope envelope) {
        String sender = envelope.sender();
        return new Envelope(
                sender == null ? null : clean(sender),
                envelope.recipients().stream()
                        .limit(MAX_RECIPIENTS)
                        .map(MailService::clean)
                        .toList());
    }

    private static String clean(String address) {
        String text = io.insightdesk.internal.html.CleanText.line(address);
        String bare = text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
        return bare.length() <= MAX_ADDRESS ? bare : bare.substring(0, MAX_ADDRESS);
    }

    @Override
    public InboundMail get(InboundMailId id) {
        return find(id).mail();
    }

    @Override
    public InboundMailPage quarantined(@Nullable String cursor, int limit) {
        scope.require(Permission.MAIL_READ);
        Paging.requireLimit(limit);
        Cursors.Listing listing = feature.cursors.on("quarantined_mail", scope.tenant());
        Cursors.Position from = listing.decode(cursor);
        UUID after = from == null ? BEGINNING : from.uuid(0);
        List<InboundMail> rows = scope.run(tx -> feature.inbound.quarantined(tx, after, limit + 1));
        return listing.page(rows, limit, mail -> new Object[] {mail.id()}, InboundMailPage::new);
    }

    @Override
    public InputStream open(InboundMailId id) {
        return feature.storage.open(scope.tenant(), find(id).raw());
    }

    @Override
    public InboundResult retry(InboundMailId id) {
        requireNonNull(id, "id");
        scope.require(Permission.MAIL_ADMIN);
        requireOwnTransactions();
        scope.run(tx -> {
            InboundStore.Stored stored = feature.inbound.lock(tx, id).orElseThrow(() -> notFound(id));
            if (!feature.inbound.takeBack(tx, id)) {
                throw new ConflictException(
                        "not_quarantined",
                        "The mail is not in quarantine; its outcome is "
                                + stored.mail().outcome() + ".");
            }
            feature.enqueueProcessing(tx, scope, id);
            return id;
        });
        return process(id, true);
    }

    private InboundStore.Stored find(InboundMailId id) {
        requireNonNull(id, "id");
        Access access = scope.access();
        access.require(Permission.MAIL_READ);
        return scope.run(tx -> feature.inbound.find(tx, id, access.tickets())).orElseThrow(() -> notFound(id));
    }

    private void requireOwnTransactions() {
        if (scope.transactions().joinsAnother()) {
            throw new IllegalStateException("Mail cannot be received inside a transaction of somebody else, because it "
                    + "must be kept whatever becomes of that: call it outside within(…).");
        }
    }

    private static NotFoundException notFound(InboundMailId id) {
        return new NotFoundException("inbound_mail", id.toString());
    }
}
