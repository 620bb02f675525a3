package io.insightdesk.mail.internal;

import io.insightdesk.mail.internal.UnreadableMailException.Reason;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.MimeIOException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.io.MaxHeaderLengthLimitException;
import org.apache.james.mime4j.io.MaxHeaderLimitException;
import org.apache.james.mime4j.io.MaxLineLimitException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;

/**
 * Reads a raw mail (RFC 5322 and MIME, as they are really sent) in one pass.
 *
 * <p>Readable text is held in memory up to {@link Limits#textBytes()}; attachments go to the {@link PartSink} as they
 * come. Thread-safe if the sink is.
 */
final class InboundMailParser {

    private final Limits limits;
    private final PartSink sink;

    InboundMailParser(Limits limits, PartSink sink) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.sink = Objects.requireNonNull(sink, "sink");
    }

    /**
     * Reads a mail to the end of the stream, which stays open.
     *
     * @throws UnreadableMailException if the mail is none or exceeds a limit; attachments before that point are with
     *     the sink already
     * @throws IOException if the stream or the sink fails
     */
    ParsedMail parse(InputStream raw) throws IOException, UnreadableMailException {
        BufferedInputStream in = new BufferedInputStream(raw, 64 * 1024);
        HeaderFields header = HeaderBlock.read(in, limits);
        ContentDigest digest = new ContentDigest(header);
        InputStream body = digest.reading(in);
        MailParts parts = new MailParts(limits, sink);
        try {
            read(parts, new SequenceInputStream(new ByteArrayInputStream(mimeHeader(header)), body));
        } catch (MaxLineLimitException e) {
            throw lineTooLong(e);
        } catch (MimeIOException e) {
            throw unreadable(e.getCause(), e);
        } catch (MimeException e) {
            throw unreadable(e, e);
        }
        body.transferTo(OutputStream.nullOutputStream());
        return new MailAssembly(header, parts).mail(digest.hex());
    }

    private void read(MailParts parts, InputStream mime) throws IOException, MimeException, UnreadableMailException {
        MimeConfig config = MimeConfig.custom()
                .setStrictParsing(false)
                .setMalformedHeaderStartsBody(false)
                .setMaxLineLen(limits.headerLine())
                .setMaxHeaderLen(limits.headerBytes())
                .setMaxHeaderCount(limits.headers())
                .setMaxContentLen(-1)
                .build();
        MimeTokenStream stream = new MimeTokenStream(config, DecodeMonitor.SILENT, new PartHeader());
        stream.setRecursionMode(RecursionMode.M_NO_RECURSE);
        stream.parse(mime);
        EntityState state = stream.getState();
        while (state != EntityState.T_END_OF_STREAM) {
            if (state == EntityState.T_START_MULTIPART) {
                parts.start((PartHeader.Part) stream.getBodyDescriptor());
            } else if (state == EntityState.T_END_MULTIPART) {
                parts.end();
            } else if (state == EntityState.T_BODY) {
                parts.leaf((PartHeader.Part) stream.getBodyDescriptor(), stream.getDecodedInputStream());
            }
            state = stream.next();
        }
    }

    /** Only what mime4j needs; the header itself has been read more leniently than it would. */
    private byte[] mimeHeader(HeaderFields header) {
        StringBuilder out = new StringBuilder();
        for (String name :
                new String[] {"content-type", "content-transfer-encoding", "content-disposition", "content-id"}) {
            header.first(name).ifPresent(value -> {
                out.append(name).append(": ");
                String line = HeaderText.shortened(value, limits.headerLine() / 2);
                out.append(line.replace('\r', ' ').replace('\n', ' ')).append("\r\n");
            });
        }
        return out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static UnreadableMailException lineTooLong(Exception e) {
        return new UnreadableMailException(Reason.LINE_TOO_LONG, "a header line of a part is too long", e);
    }

    private static UnreadableMailException unreadable(@Nullable Throwable cause, Exception e) {
        if (cause != null && cause.getCause() instanceof MaxLineLimitException) {
            return lineTooLong(e);
        }
        if (cause instanceof MaxHeaderLimitException) {
            return new UnreadableMailException(Reason.TOO_MANY_HEADERS, "a part has too many header fields", e);
        }
        if (cause instanceof MaxHeaderLengthLimitException) {
            return new UnreadableMailException(Reason.HEADER_TOO_LARGE, "the header of a part is too large", e);
        }
        String type = e.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return new UnreadableMailException(Reason.MALFORMED, "the MIME structure cannot be read (" + type + ")", e);
    }
}
