package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketListener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A failure that nobody foresaw. */
@DevEnvironmentTest
class IncidentIT {

    private static final TicketListener BROKEN = new TicketListener() {
        @Override
        public void created(Ticket ticket, Actor actor, Connection connection) {
            throw new IllegalStateException("select inside from com.example.Inside");
        }
    };

    @Test
    void whatWentWrongInsideIsInTheLogAndNotInTheAnswer(DataSource dataSource) throws Exception {
        try (ApiFixture api =
                new ApiFixture(dataSource, ApiOptions.builder().build(), builder -> builder.ticketListener(BROKEN))) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(api.server.address() + "/api/v1/tickets"))
                                    .header("Authorization", "Bearer " + api.adminToken)
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("""
                                            {"subject": "Printer on fire", "message": {"text": "It burns."}, "requester": {"email": "ada@example.com"}}"""))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(500);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(answer.body())
                    .contains("\"code\":\"internal_error\"", "incident")
                    .doesNotContain("inside", "Inside", "IllegalState", "java.", "io.insightdesk.");
        }
    }
}
