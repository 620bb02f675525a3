package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.MAILBOX;

import io.insightdesk.Desk;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.ticket.TicketId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mail that comes in through the API. */
@Path("mail/inbound")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class MailInboundResource extends TicketSupport {
    /** Made for each request. */
    public MailInboundResource() {}

    /**
     * Takes a raw mail in. With an idempotency key the mail is processed first, for its hash is known only then, and a mail that
     * comes again changes nothing anyway: a repeated request is answered with the first answer.
     */
    @POST
    @Consumes("message/rfc822")
    @Operation(
            id = "receiveMail",
            value = "Takes a raw mail (RFC 5322) in: 201 where it became a ticket or message, 200 where it did not.",
            status = 201,
            otherStatus = 200,
            requestMedia = "message/rfc822",
            response = InboundJson.class,
            query = MAILBOX,
            errors = {413, 415})
    public Response receive(@Nullable InputStream body) throws IOException {
        String mailbox = query().text(MAILBOX);
        MessageDigest digest = digest();
        digest.update((mailbox + "\n").getBytes(StandardCharsets.UTF_8));
        try (HashingInput raw = new HashingInput(body == null ? InputStream.nullInputStream() : body, digest)) {
            InboundResult result = desk().mail().receive(raw, mailbox);
            Answer answer = answer(result);
            return once(raw.hash(), desk -> answer, Function.identity());
        }
    }

    private Answer answer(InboundResult result) {
        boolean made =
                result.outcome() == InboundResult.Outcome.CREATED || result.outcome() == InboundResult.Outcome.APPENDED;
        Desk desk = desk();
        TicketId ticket = result.ticket();
        MessageId message = result.message();
        Answer answer = Answer.of(
                made ? 201 : 200,
                new InboundJson(
                        result.outcome(),
                        result.reason(),
                        ticket == null ? null : json(desk, desk.tickets().get(ticket)),
                        message == null ? null : json(desk.conversations().get(message))));
        return made && result.message() != null
                ? answer.with(
                        HttpHeaders.LOCATION, path("messages", result.message().toString()))
                : answer;
    }

    /** What became of a mail. */
    record InboundJson(
            @Text("What became of it.") InboundResult.Outcome outcome,

            @Text("Why it was ignored or quarantined.") @Nullable String reason,

            @Text("The ticket it is part of.") @Nullable TicketJson ticket,

            @Text("The message it became.") @Nullable MessageJson message)
            implements Wire {}
}
