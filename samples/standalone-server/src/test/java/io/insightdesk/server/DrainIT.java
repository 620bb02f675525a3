package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.devenv.servers.SmtpReceiver;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to requests and jobs when a server is told to stop. */
class DrainIT {

    private static final String MAIL_JOBS = "select state from insightdesk.job where kind = 'insightdesk.login.mail'";

    @TempDir
    private Path directory;

    private final TestDatabase database = new TestDatabase();
    private String token = "";

    @BeforeEach
    void prepare() {
        database.migrate(directory);
        token = database.tenantWithToken(directory);
    }

    @Test
    void requestsInFlightFinishAndNoneIsRefusedBeforeReadinessSaidNo() throws Exception {
        Map<String, String> settings = ServerProcess.settings(database.url());
        settings.put("DRAIN_DELAY", "2s");
        try (ServerProcess api = ServerProcess.start(directory, settings, "api");
                HeldTickets held = HeldTickets.of(database)) {
            int port = api.port();
            CompletableFuture<HttpResponse<String>> inFlight = held.request(port, token);
            held.awaitBlocked();
            AtomicLong notReady = new AtomicLong();
            AtomicLong refused = new AtomicLong();
            AtomicInteger answeredWhileNotReady = new AtomicInteger();
            assertThat(api.get(port, "/health/ready").statusCode()).isEqualTo(200);

            api.terminate();
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        try {
                            if (notReady.get() == 0
                                    && api.get(port, "/health/ready").statusCode() == 503) {
                                notReady.set(System.nanoTime());
                            }
                            HttpResponse<String> answer = api.get(port, "/api/v1/openapi.json");
                            if (notReady.get() != 0 && answer.statusCode() == 200) {
                                answeredWhileNotReady.incrementAndGet();
                                assertThat(answer.headers().firstValue("Connection"))
                                        .hasValue("close");
                            } else if (answer.statusCode() != 200) {
                                refused.set(System.nanoTime());
                            }
                        } catch (IOException e) {
                            refused.set(System.nanoTime());
                        }
                        return refused.get() != 0;
                    });

            assertThat(notReady.get()).as("readiness says no").isNotZero();
            assertThat(Duration.ofNanos(refused.get() - notReady.get()))
                    .as("from then on until a request is refused")
                    .isGreaterThan(Duration.ofMillis(1200));
            assertThat(answeredWhileNotReady).hasPositiveValue();
            assertThat(inFlight).as("the request in flight").isNotDone();
            held.release();
            assertThat(inFlight.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
            assertThat(api.exitCode()).isZero();
        }
    }

    @Test
    void aRunningJobFinishes() throws Exception {
        try (SlowMail mail = new SlowMail();
                ServerProcess worker = worker(mail, "30s")) {
            invite(mail);
            mail.awaitBegun(worker);

            worker.terminate();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> worker.get("/health/ready").body().contains("stopping"));
            await().during(Duration.ofSeconds(8)).atMost(Duration.ofSeconds(15)).until(worker::isAlive);
            assertThat(database.query(MAIL_JOBS)).isEqualTo("running");
            mail.release();

            assertThat(worker.exitCode()).isZero();
            assertThat(database.query(MAIL_JOBS)).as("no such job is left").isEmpty();
            assertThat(mail.taken()).isEqualTo(1);
        }
    }

    @Test
    void aJobThatTakesTooLongIsGivenBackAndDoneByTheNextWorker() throws Exception {
        try (SlowMail mail = new SlowMail()) {
            try (ServerProcess worker = worker(mail, "1s")) {
                invite(mail);
                mail.awaitBegun(worker);

                worker.terminate();

                assertThat(worker.exitCode()).as(worker.log()).isZero();
                assertThat(database.query(MAIL_JOBS)).as("nothing is lost").isNotEmpty();
            }
            mail.release();
            try (ServerProcess next = worker(mail, "1s")) {
                next.port();
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> database.query(MAIL_JOBS).isEmpty());
                assertThat(next.log()).doesNotContain("\"level\":\"ERROR\"");
            }
        }
    }

    private ServerProcess worker(SlowMail mail, String grace) {
        Map<String, String> settings = mail.settings(database.url());
        settings.put("SHUTDOWN_GRACE", grace);
        return ServerProcess.start(directory, settings, "worker");
    }

    private void invite(SlowMail mail) {
        database.admin(
                directory,
                mail.settings(database.url()),
                "admin",
                "agent",
                "create",
                "ada@example.com",
                "--tenant",
                "acme",
                "--name",
                "Ada",
                "--invite");
    }

    /** A mail server that answers when the test wants. */
    private static final class SlowMail implements AutoCloseable {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicInteger taken = new AtomicInteger();
        private final SmtpReceiver receiver =
                SmtpReceiver.builder(mail -> take()).port(0).start();

        private void take() {
            begun.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            taken.incrementAndGet();
        }

        Map<String, String> settings(String databaseUrl) {
            Map<String, String> settings = ServerProcess.settings(databaseUrl);
            settings.put("MAIL_ENABLED", "true");
            settings.put("MAIL_FROM", "support@example.com");
            settings.put("SMTP_HOST", "127.0.0.1");
            settings.put("SMTP_PORT", Integer.toString(receiver.port()));
            settings.put("SMTP_SECURITY", "none");
            return settings;
        }

        void awaitBegun(ServerProcess worker) throws InterruptedException {
            worker.port();
            assertThat(begun.await(60, TimeUnit.SECONDS)).as(worker.log()).isTrue();
        }

        void release() {
            released.countDown();
        }

        int taken() {
            return taken.get();
        }

        @Override
        public void close() {
            released.countDown();
            receiver.close();
        }
    }
}
