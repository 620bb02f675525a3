package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SmtpReceiverIT {
    private final List<String> taken = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theHandlerHasTheMailByteForByteBeforeTheClientIsTold() throws Exception {
        byte[] odd = "Subject: \u00e4\r\n\r\n.leading dot\r\nbare\nLF \u0001 8-bit \u00ff"
                .getBytes(StandardCharsets.ISO_8859_1);
        CountDownLatch asked = new CountDownLatch(1);
        try (SmtpReceiver receiver = SmtpReceiver.builder(mail -> {
                            taken.add(mail.sender() + " -> " + mail.recipients() + " "
                                    + new String(mail.content().readAllBytes(), StandardCharsets.ISO_8859_1));
                            asked.countDown();
                        })
                        .start();
                Smtp client = new Smtp(receiver.port())) {
            byte[] stuffed = new String(odd, StandardCharsets.ISO_8859_1)
                    .replace("\r\n.", "\r\n..")
                    .getBytes(StandardCharsets.ISO_8859_1);
            assertThat(client.send("a@x.test", "b@y.test", stuffed)).startsWith("250");
            assertThat(asked.getCount()).isZero();
            assertThat(client.send("", "b@y.test", "Subject: bounce\n\nbody")).startsWith("250");
        }
        assertThat(taken.get(0))
                .isEqualTo("a@x.test -> [b@y.test] " + new String(odd, StandardCharsets.ISO_8859_1) + "\r\n");
        assertThat(taken.get(1)).startsWith(" -> [b@y.test] Subject: bounce");
    }

    @Test
    void aFailureIsForNowAndAnUnknownRecipientForGood() throws Exception {
        try (SmtpReceiver receiver = SmtpReceiver.builder(mail -> {
                            if (mail.recipients().contains("nobody@y.test")) {
                                throw new UnknownRecipientException("no mailbox nobody@y.test");
                            }
                            throw new IllegalStateException("database is down");
                        })
                        .start();
                Smtp client = new Smtp(receiver.port())) {
            assertThat(client.send("a@x.test", "b@y.test", "Subject: x\n\ny"))
                    .startsWith("451")
                    .doesNotContain("database");
            assertThat(client.send("a@x.test", "nobody@y.test", "Subject: x\n\ny"))
                    .startsWith("550")
                    .contains("nobody@y.test");
        }
    }

    @Test
    void whatIsTooLargeNeverReachesTheHandlerAndWhatIsLargeDoes() throws Exception {
        try (SmtpReceiver receiver = SmtpReceiver.builder(
                                mail -> taken.add("" + mail.content().readAllBytes().length))
                        .maxSize(1_000_000)
                        .start();
                Smtp client = new Smtp(receiver.port())) {
            assertThat(client.send("a@x.test", "b@y.test", lines(1_200_000))).startsWith("552");
            assertThat(client.send("a@x.test", "b@y.test", lines(900_000))).startsWith("250");
            assertThat(client.say("MAIL FROM:<a@x.test> SIZE=2000000")).startsWith("552");
        }
        assertThat(taken).containsExactly("900002");
    }

    @Test
    void anUnfinishedMailIsNoMail() throws Exception {
        try (SmtpReceiver receiver =
                SmtpReceiver.builder(mail -> taken.add("taken")).start()) {
            try (Smtp client = new Smtp(receiver.port())) {
                client.say("MAIL FROM:<a@x.test>");
                client.say("RCPT TO:<b@y.test>");
                client.say("DATA");
            }
            try (Smtp client = new Smtp(receiver.port())) {
                client.send("a@x.test", "b@y.test", "Subject: whole\n\n");
            }
            assertThat(taken).hasSize(1);
        }
    }

    @Test
    void aTakenPortIsNamedWithTheSettingThatChoosesAnother() throws Exception {
        try (ServerSocket used = new ServerSocket(0, 1, Ports.loopback())) {
            assertThatThrownBy(() -> SmtpReceiver.builder(mail -> taken.add("x"))
                            .port(used.getLocalPort())
                            .portSetting("INSIGHTDESK_SMTP_PORT")
                            .start())
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining(":" + used.getLocalPort())
                    .hasMessageContaining("INSIGHTDESK_SMTP_PORT");
        }
    }

    @Test
    void closeDoesNotWaitForIdleClients() throws Exception {
        SmtpReceiver receiver = SmtpReceiver.builder(mail -> taken.add("x")).start();
        try (Smtp idle = new Smtp(receiver.port())) {
            assertThat(idle.say("NOOP")).startsWith("250");
            long begin = System.nanoTime();
            receiver.close();
            assertThat(System.nanoTime() - begin).isLessThan(2_000_000_000L);
        }
        try (ServerSocket again = new ServerSocket(receiver.port(), 1, Ports.loopback())) {
            assertThat(again.isBound()).isTrue();
        }
    }

    private static byte[] lines(int size) {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) 'x');
        for (int i = 70; i + 1 < size; i += 72) {
            content[i] = '\r';
            content[i + 1] = '\n';
        }
        content[size - 1] = 'x';
        return content;
    }
}
