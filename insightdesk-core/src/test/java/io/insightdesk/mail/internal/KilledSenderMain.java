package io.insightdesk.mail.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.mail.MailOptions;
import io.insightdesk.mail.SmtpMailTransport;
import io.insightdesk.mail.SmtpSecurity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A worker that stands still at a named point, so that it can be killed there. */
final class KilledSenderMain {

    /** What it prints when it is there. */
    static final String ARRIVED = "ARRIVED ";

    private KilledSenderMain() {}

    /** Takes the JDBC address, the user, the mail server's port and the point. */
    public static void main(String[] args) throws InterruptedException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(args[0]);
        config.setUsername(args[1]);
        HikariDataSource pool = new HikariDataSource(config);
        String role =
                Roles.decide(pool, "insightdesk", "scratch_work").switchTo().orElseThrow();
        Database database = new Database(pool, "insightdesk", role, new SimpleMeterRegistry());
        String point = args[3];
        MailOptions options = MailOptions.builder()
                .transport(SmtpMailTransport.builder("127.0.0.1")
                        .port(Integer.parseInt(args[2]))
                        .security(SmtpSecurity.NONE)
                        .build())
                .build();
        CountDownLatch never = new CountDownLatch(1);
        MailNode node = new MailNode(database, Clock.systemUTC(), options, Duration.ofSeconds(1), (at, kind, id) -> {
            if (at.equals(point) && kind.equals(MailFeature.SEND.name())) {
                System.out.println(ARRIVED + at);
                System.out.flush();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        node.jobs.workers().start();
        never.await();
    }
}
