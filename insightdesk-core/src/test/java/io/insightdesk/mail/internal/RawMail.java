package io.insightdesk.mail.internal;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes raw mails for tests. */
final class RawMail {

    private final Map<String, String> header = new LinkedHashMap<>();
    private String body = "Hello, it does not work.\r\n";

    static RawMail between(String sender, String recipient) {
        return new RawMail()
                .with("From", sender)
                .with("To", recipient)
                .with("Subject", "It does not work")
                .with("Date", "Mon, 23 Nov 2026 08:59:00 +0000");
    }

    /** A null value takes a field away. */
    RawMail with(String name, String value) {
        header.put(name, value);
        return this;
    }

    RawMail id(String id) {
        return with("Message-ID", "<" + id + ">");
    }

    RawMail body(String text) {
        this.body = text;
        return this;
    }

    InputStream stream() {
        StringBuilder text = new StringBuilder();
        header.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return new ByteArrayInputStream(
                text.append("\r\n").append(body).toString().getBytes(StandardCharsets.UTF_8));
    }
}
