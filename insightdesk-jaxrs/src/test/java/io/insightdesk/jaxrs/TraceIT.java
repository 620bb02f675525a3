package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.NewTenant;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A trace goes on from who calls the API to the jobs that the request enqueues. */
@DevEnvironmentTest
class TraceIT {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final ObservationRegistry observed = ObservationRegistry.create();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /** Hands traces on as a tracer does: out of the caller's header, into what is sent while the request is under way. */
    private final class Tracer implements ObservationHandler<Observation.Context> {
        @Override
        public void onStart(Observation.Context context) {
            if (context instanceof SenderContext<?> sender) {
                send(sender);
            } else if (context instanceof ReceiverContext<?> receiver) {
                String taken = taken(receiver);
                if (taken != null) {
                    context.put("trace", taken);
                }
            }
        }

        private <C> void send(SenderContext<C> sender) {
            Observation current = observed.getCurrentObservation();
            String trace = current == null ? "none" : current.getContext().getOrDefault("trace", "none");
            sender.getSetter().set(sender.getCarrier(), "traceparent", trace);
        }

        private static <C> @Nullable String taken(ReceiverContext<C> receiver) {
            return receiver.getGetter().get(Objects.requireNonNull(receiver.getCarrier()), "traceparent");
        }

        @Override
        public void onStop(Observation.Context context) {
            seen.add(context.getContextualName() + " " + context.getOrDefault("trace", "-") + " "
                    + context.getLowCardinalityKeyValues().stream()
                            .filter(value -> value.getKey().equals("status"))
                            .findFirst()
                            .map(value -> value.getValue())
                            .orElse(""));
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Test
    void aRequestGoesOnWithTheCallersTraceAndSoDoItsJobs(DataSource dataSource) throws Exception {
        observed.observationConfig().observationHandler(new Tracer());
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(dataSource);
            pool.setMaximumPoolSize(3);
            try (InsightDesk insightDesk = InsightDesk.builder()
                            .dataSource(pool)
                            .observationRegistry(observed)
                            .build();
                    RestServer server = new RestServer()
                            .mount("/api", new InsightDeskApplication(insightDesk))
                            .start()) {
                Desk desk = insightDesk
                        .tenant(insightDesk
                                .tenants()
                                .create(NewTenant.of("traced", "Traced"))
                                .id())
                        .as(Actor.system());
                String token = desk.apiTokens()
                        .create(NewApiToken.of("t", Role.ADMIN))
                        .secret()
                        .reveal();
                String body = "{\"filter\":{\"tag\":\"none\"},\"change\":{\"status\":\"open\"}}";
                assertThat(send(server, "/api/tickets/bulk", token, body, TRACE))
                        .isEqualTo(202);
                assertThat(seen)
                        .contains("insightdesk.tickets.change enqueue - ", "POST /tickets/bulk " + TRACE + " 202");
                seen.clear();
                int unused = insightDesk.workers().runDue();
                assertThat(seen).anyMatch(line -> line.startsWith("insightdesk.tickets.change handle " + TRACE));
                seen.clear();

                assertThat(send(server, "/api/tickets/bulk", "wrong", body, TRACE))
                        .isEqualTo(401);
                assertThat(seen).containsExactly("POST /tickets/bulk " + TRACE + " 401");
                assertThat(send(server, "/api/tickets/bulk", token, body, null)).isEqualTo(202);
                assertThat(observed.getCurrentObservation()).isNull();
                seen.clear();
                int again = insightDesk.workers().runDue();
                assertThat(again).isPositive();
                assertThat(seen).as("no trace of an earlier request").noneMatch(line -> line.contains(TRACE));
            }
        }
    }

    private static int send(RestServer server, String path, String token, String body, @Nullable String trace)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (trace != null) {
            request.header("traceparent", trace);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
