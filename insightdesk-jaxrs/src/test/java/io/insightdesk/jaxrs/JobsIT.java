package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import java.time.Duration;
import java.time.ZoneId;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Background jobs over HTTP. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsIT {

    private static final JobKind<Order> ORDER = new JobKind<>("order", Order.class);

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    record Order(String what) {}

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
        api.insightDesk.jobHandlers().register(ORDER, (context, order) -> {
            if (order.what().equals("impossible")) {
                throw new PermanentFailureException("cannot be", null);
            }
        });
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private Reply call(String method, String path, String token, @Nullable String body) {
        return api.send(method, path.replace("[", "%5B").replace("]", "%5D"), body, "Authorization", "Bearer " + token);
    }

    /** Of an administrator of another tenant. */
    private String strangersToken() {
        Tenant other = api.insightDesk.tenants().create(NewTenant.of("other", "Other"));
        return api.insightDesk
                .tenant(other.id())
                .as(Actor.system())
                .apiTokens()
                .create(NewApiToken.of("stranger", Role.ADMIN))
                .secret()
                .reveal();
    }

    private String enqueued(String what, String queue) {
        return api.system
                .jobs()
                .enqueue(NewJob.builder(ORDER, new Order(what))
                        .queue(queue)
                        .delay(Duration.ofDays(1))
                        .build())
                .toString();
    }

    @Test
    void jobsAreListedReadAndCancelled() {
        String first = enqueued("secret words", "listed");
        String second = enqueued("b", "listed");

        Reply page = call("GET", "/jobs?filter[status]=scheduled&filter[queue]=listed&limit=1", api.adminToken, null);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.json().at("/items/0/id").asText()).isEqualTo(first);
        assertThat(page.text()).as("payloads are not shown").doesNotContain("secret words");
        Reply next = call(
                "GET",
                "/jobs?filter[status]=scheduled&filter[queue]=listed&cursor="
                        + page.json().at("/nextCursor").asText(),
                api.adminToken,
                null);
        assertThat(next.json().at("/items/0/id").asText()).isEqualTo(second);
        assertThat(next.json().at("/items").size()).isEqualTo(1);

        Reply one = call("GET", "/jobs/" + first, api.adminToken, null);
        assertThat(one.json().at("/status").asText()).isEqualTo("scheduled");
        assertThat(call("POST", "/jobs/" + first + "/cancel", api.adminToken, null)
                        .status())
                .isEqualTo(204);
        assertThat(call("GET", "/jobs/" + first, api.adminToken, null).status()).isEqualTo(404);
        assertThat(call("POST", "/jobs/" + first + "/cancel", api.adminToken, null)
                        .status())
                .isEqualTo(404);
        assertThat(call("POST", "/jobs/" + second + "/cancel", api.agentToken, null)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void deadJobsAreListedAsBefore() {
        api.system.jobs().enqueue(NewJob.builder(ORDER, new Order("impossible")).build());
        assertThat(api.insightDesk.workers().runDue()).isPositive();

        Reply dead = call("GET", "/jobs?filter[kind]=order", api.adminToken, null);

        assertThat(dead.json().at("/items/0/status").asText()).isEqualTo("dead");
        String id = dead.json().at("/items/0/id").asText();
        assertThat(call("POST", "/jobs/" + id + "/discard", api.adminToken, null)
                        .status())
                .isEqualTo(204);
        assertThat(call("GET", "/jobs?filter[status]=nonsense", api.adminToken, null)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void schedulesAreListedPausedResumedAndRun() {
        api.system
                .jobSchedules()
                .put(NewJobSchedule.builder(
                                "nightly",
                                JobTrigger.cron("30 2 * * *", ZoneId.of("Europe/Berlin")),
                                NewJob.builder(ORDER, new Order("again")).build())
                        .build());

        Reply all = call("GET", "/job-schedules", api.adminToken, null);
        assertThat(all.json().at("/items/0/cron").asText()).isEqualTo("30 2 * * *");
        Reply paused = call("POST", "/job-schedules/nightly/pause", api.adminToken, null);
        assertThat(paused.json().at("/paused").asBoolean()).isTrue();
        assertThat(call("GET", "/job-schedules/nightly", api.adminToken, null)
                        .json()
                        .at("/nextFireAt")
                        .isNull())
                .isTrue();
        assertThat(call("POST", "/job-schedules/nightly/resume", api.adminToken, null)
                        .json()
                        .at("/nextFireAt")
                        .isNull())
                .isFalse();
        String job = call("POST", "/job-schedules/nightly/run", api.adminToken, null)
                .json()
                .at("/job")
                .asText();
        assertThat(call("GET", "/jobs/" + job, api.adminToken, null)
                        .json()
                        .at("/kind")
                        .asText())
                .isEqualTo("order");
        assertThat(call("POST", "/jobs/" + job + "/cancel", api.adminToken, null)
                        .status())
                .isEqualTo(204);
        assertThat(call("GET", "/job-schedules/none", api.adminToken, null).status())
                .isEqualTo(404);
        assertThat(call("POST", "/job-schedules/nightly/pause", api.agentToken, null)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void administratorsOfTheOperatorsTenantPauseQueuesAndSeeWorkers() {
        Reply paused = call("POST", "/job-queues/slow/pause", api.adminToken, null);
        assertThat(paused.status()).isEqualTo(200);
        assertThat(paused.json().at("/pausedAt").asText()).isNotEmpty();
        Reply set = call("PUT", "/job-queues/slow", api.adminToken, "{\"weight\":3,\"atOnce\":2}");
        assertThat(set.json().at("/weight").asInt()).isEqualTo(3);
        assertThat(set.json().at("/pausedAt").asText()).as("still paused").isNotEmpty();
        Reply resumed = call("POST", "/job-queues/slow/resume", api.adminToken, null);
        assertThat(resumed.json().at("/pausedAt").isNull()).isTrue();
        assertThat(call("GET", "/job-queues", api.adminToken, null)
                        .json()
                        .at("/items/0/name")
                        .asText())
                .isEqualTo("slow");
        assertThat(call("PUT", "/job-queues/slow", api.adminToken, "{\"weight\":0}")
                        .status())
                .isEqualTo(400);

        assertThat(call("POST", "/job-kinds/order/pause", api.adminToken, null).status())
                .isEqualTo(204);
        assertThat(call("POST", "/job-kinds/no%20kind/pause", api.adminToken, null)
                        .status())
                .isEqualTo(400);
        assertThat(call("GET", "/job-kinds", api.adminToken, null)
                        .json()
                        .at("/items/0/kind")
                        .asText())
                .isEqualTo("order");
        assertThat(call("POST", "/job-kinds/order/resume", api.adminToken, null).status())
                .isEqualTo(204);

        api.insightDesk.workers().start();
        try {
            await().untilAsserted(() -> assertThat(call("GET", "/job-workers", api.adminToken, null)
                            .json()
                            .at("/items/0/alive")
                            .asBoolean())
                    .isTrue());
        } finally {
            assertThat(api.insightDesk.workers().stop(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void nobodyElseOperatesWhatAllTenantsShare() throws Exception {
        String stranger = strangersToken();
        for (String path : new String[] {"/job-queues", "/job-kinds", "/job-workers"}) {
            assertThat(call("GET", path, stranger, null).status()).as(path).isEqualTo(403);
            assertThat(call("GET", path, api.agentToken, null).status())
                    .as(path)
                    .isEqualTo(403);
        }
        for (String path : new String[] {
            "/job-queues/slow/pause", "/job-queues/slow/resume", "/job-kinds/order/pause", "/job-kinds/order/resume"
        }) {
            assertThat(call("POST", path, stranger, null).status()).as(path).isEqualTo(403);
        }
        assertThat(call("PUT", "/job-queues/slow", stranger, "{\"weight\":1}").status())
                .isEqualTo(403);
    }
}
