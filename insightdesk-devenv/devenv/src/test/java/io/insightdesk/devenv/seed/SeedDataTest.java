package io.insightdesk.devenv.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.seed.SeedTicket.Event;
import io.insightdesk.devenv.seed.SeedTicket.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SeedDataTest {

    private static final Instant ANCHOR = Instant.parse("2026-11-24T12:34:56.789Z");
    private static final BulkTenant TENANT = new BulkTenant("seed-medium", "Some Company", 4_000);

    private final List<SeedTicket> tickets = tickets(TENANT, ANCHOR);

    private static List<SeedTicket> tickets(BulkTenant tenant, Instant anchor) {
        TicketFactory factory = new TicketFactory(tenant, anchor);
        List<SeedTicket> tickets = new ArrayList<>();
        while (factory.hasNext()) {
            tickets.add(factory.next());
        }
        return tickets;
    }

    private static byte[] bytes(SeedTable table, BulkTenant tenant, Instant anchor) {
        TicketFactory factory = new TicketFactory(tenant, anchor);
        SeedRows rows = new SeedRows(factory.company().id());
        rows.add(tenant, factory.company());
        while (factory.hasNext()) {
            rows.add(factory.next(), factory.company());
        }
        int length = rows.of(table).finish();
        return Arrays.copyOf(rows.of(table).bytes(), length);
    }

    @Test
    void theSameTenantAndMomentGiveTheSameBytesOfEachTable() {
        BulkTenant small = new BulkTenant("seed-large-07", "Some Company", 300);
        for (SeedTable table : SeedTable.values()) {
            assertThat(bytes(table, small, ANCHOR)).as(table.name()).isEqualTo(bytes(table, small, ANCHOR));
        }
    }

    @Test
    void anotherTenantHasOtherTicketsAndNoneOfTheIdentifiers() {
        Set<UUID> ours = tickets.stream().map(SeedTicket::id).collect(Collectors.toSet());
        List<SeedTicket> others = tickets(new BulkTenant("seed-large-01", "Some Company", 4_000), ANCHOR);
        assertThat(others).extracting(SeedTicket::id).doesNotContainAnyElementsOf(ours);
        assertThat(others.get(0).messages().get(0).text())
                .isNotEqualTo(tickets.get(0).messages().get(0).text());
    }

    @Test
    void identifiersAreVersion7OfTheirTimeAndNoTwoAreAlike() {
        Set<UUID> seen = new HashSet<>();
        for (SeedTicket ticket : tickets) {
            requireIdentifier(ticket.id(), ticket.createdAt(), seen);
            ticket.messages().forEach(message -> requireIdentifier(message.id(), message.at(), seen));
            ticket.events().forEach(event -> requireIdentifier(event.id(), event.at(), seen));
        }
    }

    private static void requireIdentifier(UUID id, long at, Set<UUID> seen) {
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(at);
        assertThat(seen.add(id)).isTrue();
    }

    @Test
    void numbersFollowTimeOverAYearAndNothingHappensAfterTheAnchor() {
        long before = 0;
        long number = 0;
        for (SeedTicket ticket : tickets) {
            assertThat(ticket.number()).isEqualTo(++number);
            assertThat(ticket.createdAt()).isGreaterThanOrEqualTo(before);
            assertThat(ticket.updatedAt()).isBetween(ticket.createdAt(), ANCHOR.toEpochMilli());
            assertThat(ticket.requester().createdAt()).isLessThanOrEqualTo(ticket.createdAt());
            before = ticket.createdAt();
        }
        assertThat(tickets.get(0).createdAt())
                .isBetween(
                        ANCHOR.minusSeconds(366 * 86_400L).toEpochMilli(),
                        ANCHOR.minusSeconds(355 * 86_400L).toEpochMilli());
        assertThat(before).isGreaterThan(ANCHOR.minusSeconds(5 * 86_400L).toEpochMilli());
    }

    @Test
    void statusAndTimesAgree() {
        for (SeedTicket ticket : tickets) {
            boolean done = ticket.status().equals("resolved") || ticket.status().equals("closed");
            assertThat(ticket.resolvedAt() != null).as(ticket.status()).isEqualTo(done);
            assertThat(ticket.closedAt() != null).isEqualTo(ticket.status().equals("closed"));
            if (ticket.status().equals("new")) {
                assertThat(ticket.assignee()).isNull();
            }
        }
    }

    @Test
    void eventsTellTheTicketFromItsCreationToItsLastChange() {
        for (SeedTicket ticket : tickets) {
            List<Event> events = ticket.events();
            assertThat(events.get(0).type()).isEqualTo("ticket_created");
            assertThat(events).extracting(Event::at).isSorted();
            assertThat(events.get(events.size() - 1).at()).isEqualTo(ticket.updatedAt());
            assertThat(events)
                    .filteredOn(event -> event.type().equals("message_added"))
                    .hasSameSizeAs(ticket.messages());
            if (!ticket.status().equals("new")) {
                assertThat(events)
                        .filteredOn(event -> event.type().equals("ticket_changed"))
                        .extracting(Event::payload)
                        .anyMatch(payload -> payload.contains("\"to\":\"" + ticket.status() + "\""));
            }
        }
    }

    @Test
    void customersWriteFirstAndTicketsHaveOneToFourMessages() {
        for (SeedTicket ticket : tickets) {
            assertThat(ticket.messages()).hasSizeBetween(1, 4);
            Message first = ticket.messages().get(0);
            assertThat(first.kind()).isEqualTo("customer");
            assertThat(first.author().id()).isEqualTo(ticket.requester().id());
            assertThat(first.at()).isEqualTo(ticket.createdAt());
        }
    }

    @Test
    void mostTicketsAreClosedAndSomeAreInEachStatus() {
        Map<String, Long> statuses =
                counts(tickets.stream().map(SeedTicket::status).toList());
        assertThat(statuses).containsOnlyKeys("new", "open", "pending", "on_hold", "resolved", "closed");
        assertThat(statuses.get("closed")).isBetween(3_600L, 3_950L);
    }

    @Test
    void mailIsTheUsualChannelAndUrgentTheRarestPriority() {
        Map<String, Long> channels =
                counts(tickets.stream().map(SeedTicket::channel).toList());
        assertThat(channels).containsOnlyKeys("email", "web", "chat", "phone", "api", "social");
        assertThat(channels.get("email")).isBetween(1_900L, 2_250L);
        Map<String, Long> priorities =
                counts(tickets.stream().map(SeedTicket::priority).toList());
        assertThat(priorities).containsOnlyKeys("low", "normal", "high", "urgent");
        assertThat(priorities.get("normal")).isGreaterThan(2_000);
        assertThat(priorities.get("urgent")).isBetween(40L, 400L);
    }

    @Test
    void textsAreVariedFilledInAndOfSeveralScripts() {
        List<String> texts = tickets.stream()
                .flatMap(ticket -> ticket.messages().stream())
                .map(Message::text)
                .toList();
        assertThat(new HashSet<>(texts).size()).isGreaterThan(texts.size() * 9 / 10);
        assertThat(texts).noneMatch(text -> text.contains("{") || text.contains("}"));
        assertThat(texts).anyMatch(text -> text.contains("ありがとう"));
        assertThat(texts).anyMatch(text -> text.contains("ü"));
        assertThat(texts).anyMatch(text -> text.contains("\\temp\\"));
    }

    private static Map<String, Long> counts(List<String> words) {
        return words.stream().collect(Collectors.groupingBy(word -> word, Collectors.counting()));
    }

    @Test
    void eachWordOfATemplateIsKnownAndEachTopicIsComplete() {
        Wording wording = Wording.get();
        for (Topic topic : wording.topics()) {
            List<List<Template>> kinds = List.of(
                    topic.subjects(),
                    topic.questions(),
                    topic.additions(),
                    topic.answers(),
                    topic.counterQuestions(),
                    topic.notes());
            assertThat(kinds.subList(0, 5)).as(topic.tag()).noneMatch(List::isEmpty);
            assertThat(wording.list("teams")).contains(topic.team());
            kinds.forEach(kind -> kind.forEach(
                    template -> assertThat(wording.slots().keySet()).containsAll(template.slots())));
        }
    }

    @Test
    void companiesOfAMillionTicketsHaveUniqueAddressesAndOrganizations() {
        BulkTenant greatest = BulkTenant.of(SeedSize.LARGE).get(0);
        Company company = new TicketFactory(greatest, ANCHOR).company();
        List<String> addresses = company.customers().stream()
                .flatMap(customer -> customer.addresses().stream())
                .toList();
        assertThat(addresses).hasSizeGreaterThan(15_000).doesNotHaveDuplicates();
        assertThat(addresses).allMatch(address -> address.matches("[a-z0-9.-]+@[a-z0-9-]+\\.example"));
        assertThat(company.organizations()).hasSizeGreaterThan(1_000);
        assertThat(company.organizations())
                .extracting(Company.Organization::domain)
                .doesNotHaveDuplicates();
        assertThat(company.agents()).extracting(Company.Agent::email).doesNotHaveDuplicates();
    }

    @Test
    void largeIsFiftyTenantsOfUnequalSizeWithAMillionTickets() {
        List<BulkTenant> tenants = BulkTenant.of(SeedSize.LARGE);
        assertThat(tenants).hasSize(50).extracting(BulkTenant::slug).doesNotHaveDuplicates();
        assertThat(tenants.stream().mapToLong(BulkTenant::tickets).sum()).isEqualTo(1_000_000);
        assertThat(tenants.get(0).tickets()).isGreaterThan(40 * tenants.get(49).tickets());
        assertThat(BulkTenant.of(SeedSize.MEDIUM))
                .containsExactly(new BulkTenant(
                        "seed-medium", Wording.get().list("companies").get(0), 10_000));
    }

    @Test
    void smallIsAsManyTicketsAsThereAreStories() {
        assertThat((long) DemoStory.all().size()).isEqualTo(SeedSize.SMALL.tickets());
    }

    @Test
    void sizesAreFoundByNameInTurkeyToo() {
        assertThat(SeedSize.of("medium")).isEqualTo(SeedSize.MEDIUM);
        assertThat(SeedSize.of(" Small ")).isEqualTo(SeedSize.SMALL);
        assertThatThrownBy(() -> SeedSize.of("huge"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("small, medium or large");
    }

    @Test
    void tabsNewlinesBackslashesAndQuotesAreBytesLikeAllOthers() {
        String text = "a\tb\nc\\N\\.\r\"'\u0001😕";
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        CopyBuffer buffer = new CopyBuffer();
        buffer.row(2).text(text).text(null);
        int length = buffer.finish();
        ByteBuffer read = ByteBuffer.wrap(buffer.bytes(), 0, length).position(19);
        assertThat(read.getShort()).isEqualTo((short) 2);
        byte[] found = new byte[read.getInt()];
        read.get(found);
        assertThat(found).isEqualTo(encoded);
        assertThat(read.getInt()).isEqualTo(-1);
        assertThat(read.getShort()).isEqualTo((short) -1);
        assertThat(read.hasRemaining()).isFalse();
    }

    @Test
    void nothingInAPayloadNeedsToBeEscaped() {
        assertThat(tickets.stream().flatMap(ticket -> ticket.events().stream()))
                .extracting(Event::payload)
                .allMatch(payload -> payload.matches("[\\x20-\\x7e&&[^\\\\]]*"));
    }
}
