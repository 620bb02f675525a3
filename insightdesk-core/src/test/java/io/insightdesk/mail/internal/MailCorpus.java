package io.insightdesk.mail.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The raw mails under {@code src/test/resources/mails}. */
final class MailCorpus {

    private MailCorpus() {}

    static List<Path> mails() {
        try {
            URL folder = Objects.requireNonNull(MailCorpus.class.getResource("/mails/plain.eml"), "mails/plain.eml");
            try (Stream<Path> files = Files.list(Path.of(folder.toURI()).resolveSibling("."))) {
                return files.map(Path::normalize)
                        .filter(file -> file.toString().endsWith(".eml"))
                        .sorted()
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path expected(Path mail) {
        return mail.resolveSibling(mail.getFileName().toString().replaceFirst("\\.eml$", ".expected.json"));
    }

    static ParsedMail parse(byte[] raw) throws IOException, UnreadableMailException {
        return new InboundMailParser(Limits.DEFAULT, new RecordingSink()).parse(new ByteArrayInputStream(raw));
    }
}
