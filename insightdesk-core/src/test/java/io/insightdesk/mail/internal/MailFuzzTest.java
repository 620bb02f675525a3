package io.insightdesk.mail.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Broken variants of every mail of the corpus: they are read, or refused with a reason, and nothing else. */
class MailFuzzTest {

    private static final int VARIANTS = 12;
    private static final int LARGEST = 20_000;
    private static final List<String> SNIPPETS = List.of(
            "\r\n",
            "\n\n",
            "\0",
            "\u001b$B",
            "=?utf-8?B?",
            "?=",
            "--",
            "<",
            ">",
            "\"",
            "(",
            ";",
            "boundary=",
            "Content-Type: multipart/mixed\n",
            "Content-Transfer-Encoding: base64\n",
            "\u00ff\u00fe",
            "charset=utf-16;",
            "charset=x-user-defined;",
            "filename*0*=x''%",
            "From: ");

    @Test
    void brokenMailIsReadOrRefused() throws IOException {
        int variants = 0;
        for (Path mail : MailCorpus.mails()) {
            byte[] raw = Files.readAllBytes(mail);
            if (raw.length > LARGEST) {
                continue;
            }
            for (int seed = 0; seed < VARIANTS; seed++) {
                Random random = new Random(31L * seed + raw.length);
                check(broken(raw, random), mail.getFileName() + " with seed " + seed);
                variants++;
            }
        }
        assertThat(variants).isGreaterThan(1500);
    }

    private static void check(byte[] raw, String name) throws IOException {
        try {
            ParsedMail mail = MailCorpus.parse(raw);
            assertThat(mail.subject() + mail.notes()).as(name).doesNotContainPattern("[\\x00-\\x1F\\x7F]");
            assertThat(mail.text() + mail.newText() + mail.html()).as(name).doesNotContain("\0");
            assertThat(mail.text().isBlank()).as(name).isEqualTo(mail.newText().isBlank());
            mail.attachments()
                    .forEach(a ->
                            assertThat(a.filename()).as(name).isNotEmpty().doesNotContain("/", "\\", "\r", "\n", "\0"));
        } catch (UnreadableMailException refused) {
            assertThat(refused.code()).as(name).isNotEmpty();
        } catch (RuntimeException e) {
            throw new AssertionError("another exception than the typed one for " + name, e);
        }
    }

    private static byte[] broken(byte[] raw, Random random) {
        byte[] bytes = random.nextInt(3) == 0 ? Arrays.copyOf(raw, random.nextInt(raw.length + 1)) : raw.clone();
        int changes = random.nextInt(8);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 ->
                    bytes = splice(
                            bytes,
                            at,
                            0,
                            SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(StandardCharsets.ISO_8859_1));
                case 2 -> bytes = splice(bytes, at, random.nextInt(40), new byte[0]);
                default -> {
                    int end = Math.min(bytes.length, at + random.nextInt(200));
                    bytes = splice(bytes, random.nextInt(bytes.length), 0, Arrays.copyOfRange(bytes, at, end));
                }
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, int drop, byte[] insert) {
        int rest = Math.min(bytes.length, at + drop);
        byte[] out = new byte[at + insert.length + bytes.length - rest];
        System.arraycopy(bytes, 0, out, 0, at);
        System.arraycopy(insert, 0, out, at, insert.length);
        System.arraycopy(bytes, rest, out, at + insert.length, bytes.length - rest);
        return out;
    }
}
