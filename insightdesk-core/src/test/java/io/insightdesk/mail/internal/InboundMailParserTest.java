package io.insightdesk.mail.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.insightdesk.mail.internal.UnreadableMailException.Reason;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboundMailParserTest {

    private static final String HEADER =
            "From: anna@example.org\r\nSubject: Hi\r\nDate: Tue, 12 Mar 2024 10:15:30 +0100\r\nMessage-ID: <a@example.org>\r\n";
    private static final int HUGE = 30 * 1024 * 1024;

    @Test
    void attachmentOf30MegabytesIsStreamed() throws Exception {
        checkHuge(57);
    }

    @Test
    void attachmentOf30MegabytesOnOneLineIsStreamed() throws Exception {
        checkHuge(Integer.MAX_VALUE);
    }

    private static void checkHuge(int bytesInLine) throws Exception {
        String start = HEADER + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain\r\n\r\nSee file\r\n"
                + "--b\r\nContent-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        Source source = new Source(new SequenceInputStream(
                new ByteArrayInputStream(ascii(start)),
                new SequenceInputStream(
                        new Base64Zeros(HUGE, bytesInLine), new ByteArrayInputStream(ascii("\r\n--b--\r\n")))));
        List<Long> distances = new ArrayList<>();
        PartSink sink = (name, type, content) -> {
            byte[] buffer = new byte[8192];
            long read = 0;
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                read += n;
                distances.add(source.position - read * 4 / 3);
            }
            return read;
        };
        ParsedMail mail = new InboundMailParser(Limits.DEFAULT, sink).parse(source);
        assertThat(mail.text()).isEqualTo("See file");
        assertThat(mail.attachments())
                .containsExactly(new ParsedAttachment("big.zip", "application/zip", HUGE, false, null, (long) HUGE));
        assertThat(distances).as("bytes read ahead, and line ends").allMatch(d -> d < 2 * 1024 * 1024);
    }

    @Test
    void contentHashIgnoresTheWayAndLineEnds() throws Exception {
        String mail = HEADER + "\r\nHello\r\nthere\r\n";
        String hash = parse(mail).contentHash();
        assertThat(parse("Received: from x\r\nDelivered-To: a@example.org\r\n" + mail)
                        .contentHash())
                .isEqualTo(hash);
        assertThat(parse(mail.replace("\r\n", "\n")).contentHash()).isEqualTo(hash);
        assertThat(parse(mail + "\r\n\r\n").contentHash()).isEqualTo(hash);
        assertThat(parse(mail.replace("Subject: Hi", "Subject:  Hi ")).contentHash())
                .isEqualTo(hash);
        assertThat(parse(mail.replace("there", "where")).contentHash()).isNotEqualTo(hash);
        assertThat(parse(mail.replace("there", "\r\nthere")).contentHash()).isNotEqualTo(hash);
        assertThat(parse(mail.replace("Hi", "Ho")).contentHash()).isNotEqualTo(hash);
    }

    @Test
    void contentHashSeesTheWholeAttachment() throws Exception {
        String mail = HEADER
                + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\n1\r\n--b--\r\nend";
        PartSink lazy = (name, type, content) -> "unread";
        InboundMailParser parser = new InboundMailParser(Limits.DEFAULT, lazy);
        ParsedMail one = parser.parse(new ByteArrayInputStream(ascii(mail)));
        ParsedMail two = parser.parse(new ByteArrayInputStream(ascii(mail.replace("end", "END"))));
        assertThat(one.attachments())
                .singleElement()
                .extracting(ParsedAttachment::size)
                .isEqualTo(1L);
        assertThat(one.contentHash()).isNotEqualTo(two.contentHash());
    }

    @Test
    void failureOfTheSinkIsNotBlamedOnTheMail() {
        String mail = HEADER + "Content-Type: application/pdf\r\n\r\nx";
        PartSink broken = (name, type, content) -> {
            throw new IOException("disk full");
        };
        assertThatThrownBy(() ->
                        new InboundMailParser(Limits.DEFAULT, broken).parse(new ByteArrayInputStream(ascii(mail))))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    @Test
    void failureOfTheStreamIsNotBlamedOnTheMail() {
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(ascii(HEADER + "\r\nHel")), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }

                    @Override
                    public int read(byte[] into, int from, int length) throws IOException {
                        return read();
                    }
                });
        assertThatThrownBy(() -> new InboundMailParser(Limits.DEFAULT, new RecordingSink()).parse(broken))
                .isInstanceOf(IOException.class)
                .hasMessage("connection reset");
    }

    @Test
    void eachLimitHasItsReason() {
        assertThat(reason(HEADER + "\r\n" + "a".repeat(5 * 1024 * 1024))).isEqualTo(Reason.TEXT_TOO_LARGE);
        assertThat(reason(HEADER + ("X-A: " + "a".repeat(1000) + "\r\n").repeat(600) + "\r\n"))
                .isEqualTo(Reason.HEADER_TOO_LARGE);
        assertThat(reason(HEADER + "X-A: " + "a".repeat(100_000))).isEqualTo(Reason.LINE_TOO_LONG);
        assertThat(reason(HEADER + "X-A: a\r\n".repeat(1100) + "\r\n")).isEqualTo(Reason.TOO_MANY_HEADERS);
        String part = HEADER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
        assertThat(reason(part + "X-A: a\r\n".repeat(1100) + "\r\nx\r\n--b--")).isEqualTo(Reason.TOO_MANY_HEADERS);
        assertThat(reason(part + "X-A: " + "a".repeat(100_000) + "\r\n\r\nx\r\n--b--"))
                .isEqualTo(Reason.LINE_TOO_LONG);
        assertThat(reason(part + "X-A: a\r\n" + (" " + "a".repeat(1000) + "\r\n").repeat(600) + "\r\nx\r\n--b--"))
                .isEqualTo(Reason.HEADER_TOO_LARGE);
        assertThat(reason(part + "\r\nx\r\n--b\r\n".repeat(1100))).isEqualTo(Reason.TOO_MANY_PARTS);
    }

    @Test
    void deepAndHugeMarkupIsReadWithinLimits() throws Exception {
        String html = HEADER + "Content-Type: text/html\r\n\r\n";
        assertThat(parse(html + "<div>".repeat(40_000) + "x").text()).contains("x");
        assertThat(parse(html + "<blockquote>".repeat(20_000) + "x").newText()).contains("x");
        assertThat(parse(html + "<table><tr><td>".repeat(10_000) + "x").text()).contains("x");
        assertThat(parse(html + "<a href=https://a.example>".repeat(10_000) + "x")
                        .text())
                .contains("x");
        assertThat(parse(html + "<ol>" + "<li>x".repeat(20_000)).text()).contains("x");
    }

    @Test
    void headersMadeToCostTimeAreRead() throws Exception {
        List<String> values = List.of(
                "<".repeat(1000),
                "\"\\\"".repeat(400),
                "(".repeat(1000),
                "=?a?Q?".repeat(200),
                "a@:".repeat(400),
                ",".repeat(1000),
                ";=".repeat(500));
        for (String value : values) {
            String folded = (value + "\r\n ").repeat(300);
            for (String name :
                    List.of("Cc", "References", "Content-Type", "Subject", "Date", "In-Reply-To", "Return-Path")) {
                ParsedMail mail = parse(name + ": " + folded + "x\r\n" + HEADER + "\r\nHello");
                assertThat(mail.text()).as(name).isEqualTo("Hello");
            }
        }
    }

    @Test
    void textMadeToCostTimeIsRead() throws Exception {
        assertThat(parse(HEADER + "\r\n" + "on 1 schrieb am schrieb am schrieb am skrev wrote:\r\n".repeat(40_000))
                        .newText())
                .isNotEmpty();
        assertThat(parse(HEADER + "\r\n" + "From: a\r\n> b\r\n\r\n".repeat(100_000))
                        .newText())
                .isNotEmpty();
    }

    private static ParsedMail parse(String mail) throws IOException, UnreadableMailException {
        return MailCorpus.parse(ascii(mail));
    }

    private static Reason reason(String mail) {
        return catchThrowableOfType(UnreadableMailException.class, () -> parse(mail))
                .reason();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Knows how far it was read. */
    private static final class Source extends FilterInputStream {

        private long position;

        Source(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            position += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int n = in.read(into, from, length);
            position += Math.max(n, 0);
            return n;
        }
    }

    /** Zeros in Base64, made as they are read. */
    private static final class Base64Zeros extends InputStream {

        private final long characters;
        private final long lineLength;
        private long written;
        private long column;

        Base64Zeros(int bytes, int bytesInLine) {
            this.characters = bytes / 3 * 4L;
            this.lineLength = bytesInLine / 3 * 4L;
        }

        @Override
        public int read() {
            if (written == characters) {
                return -1;
            }
            if (column == lineLength) {
                column = 0;
                return '\n';
            }
            column++;
            written++;
            return 'A';
        }

        @Override
        public int read(byte[] into, int from, int length) {
            int count = 0;
            for (int c = count < length ? read() : -1; c >= 0; c = count < length ? read() : -1) {
                into[from + count++] = (byte) c;
            }
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}
