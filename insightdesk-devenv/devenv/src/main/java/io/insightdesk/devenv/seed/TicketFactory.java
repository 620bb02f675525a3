package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import io.insightdesk.devenv.seed.Company.Agent;
import io.insightdesk.devenv.seed.Company.Customer;
import io.insightdesk.devenv.seed.Company.Team;
import io.insightdesk.devenv.seed.SeedTicket.Who;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Makes the tickets of a tenant one after the other, in the order of their numbers, which is that of their times. The same tenant
 * and anchor give the same tickets. Holds no ticket that it has made. Not thread-safe.
 */
final class TicketFactory {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final List<String> PRIORITIES = List.of("low", "normal", "high", "urgent");
    /** How long the first answer takes, on average, by priority. */
    private static final List<Long> ANSWER_AFTER = List.of(10 * HOUR, 4 * HOUR, 90 * MINUTE, 25 * MINUTE);

    private static final List<String> CHANNELS = List.of("email", "web", "chat", "phone", "api", "social");
    private static final List<Integer> CHANNEL_SHARES = List.of(52, 24, 10, 7, 4, 3);
    /** How many tickets of a hundred have one, two, three, four messages. */
    private static final List<Integer> MESSAGE_SHARES = List.of(12, 38, 32, 18);
    /** The library closes what was resolved seven days ago, in rounds. */
    private static final long CLOSED_AFTER = 7 * DAY;

    private static final long CLOSING_ROUND = HOUR;

    private final BulkTenant tenant;
    private final long anchor;
    private final WorkingHours hours;
    private final SplittableRandom random;
    private final Company company;
    private final Agent lead;
    private final Wording wording = Wording.get();
    private final List<Integer> topicShares;
    private int made;

    TicketFactory(BulkTenant tenant, Instant anchor) {
        this.tenant = tenant;
        this.anchor = anchor.toEpochMilli();
        this.hours = new WorkingHours(anchor);
        this.random = tenant.random();
        this.company = Company.make(tenant, hours, random);
        this.lead = company.agents().get(0);
        this.topicShares = wording.topics().stream().map(Topic::weight).toList();
    }

    Company company() {
        return company;
    }

    boolean hasNext() {
        return made < tenant.tickets();
    }

    SeedTicket next() {
        long at = hours.at((made + random.nextDouble()) / tenant.tickets());
        long number = ++made;
        Topic topic = wording.topics().get(weighted(topicShares));
        int urgency = weighted(topic.priorities());
        String priority = PRIORITIES.get(urgency);
        String channel = CHANNELS.get(weighted(CHANNEL_SHARES));
        Customer customer = customer(at);
        Team team = requireNonNull(company.teams().get(topic.team()), topic.team());
        Agent agent = Wording.one(team.members(), random);
        Texts texts = new Texts(topic, customer, agent);
        TicketLife life = new TicketLife(random, anchor, customer, channel, priority, number, at);
        live(life, texts, new Cast(Who.customer(customer, channel), agent, team), urgency, at);
        return life.told(number, texts.subject(), priority, channel, tags(topic));
    }

    /** Whoever came first writes most, and nobody writes before they came. */
    private Customer customer(long at) {
        List<Customer> all = company.customers();
        int known = (int) (all.size() * (0.4 + 0.6 * made / tenant.tickets()));
        int index = (int) (Math.max(1, known) * random.nextDouble() * Math.sqrt(random.nextDouble()));
        while (index > 0 && all.get(index).createdAt() > at) {
            index--;
        }
        return all.get(index);
    }

    private record Cast(Who customer, Agent agent, Team team) {}

    private void live(TicketLife life, Texts texts, Cast cast, int urgency, long createdAt) {
        int messages = 1 + weighted(MESSAGE_SHARES);
        boolean noted = messages > 2 && !texts.topic.notes().isEmpty() && random.nextInt(3) == 0;
        boolean forgotten = random.nextInt(150) == 0;
        life.asks(cast.customer(), texts.question(), createdAt);
        long at = createdAt + after(ANSWER_AFTER.get(urgency) / 4);
        if (random.nextInt(100) < 88 && life.happens(at)) {
            life.isAssigned(lead, cast.agent(), cast.team(), at);
        }
        boolean agentsTurn = true;
        for (int i = 1; i < messages; i++) {
            at += after(agentsTurn ? ANSWER_AFTER.get(urgency) : 6 * HOUR);
            if (!life.happens(at)) {
                return;
            }
            if (noted && i == 1) {
                life.notes(cast.agent(), texts.note(), at);
                continue;
            }
            if (agentsTurn) {
                boolean last = i >= messages - 2;
                life.answers(cast.agent(), last ? texts.answer() : texts.counterQuestion(), at);
            } else {
                life.asks(cast.customer(), texts.addition(), at);
            }
            agentsTurn = !agentsTurn;
        }
        end(life, cast, forgotten, at);
    }

    private void end(TicketLife life, Cast cast, boolean forgotten, long lastAt) {
        long at = lastAt + after(9 * HOUR) + 5 * MINUTE;
        if (!life.happens(at)) {
            return;
        }
        if (forgotten) {
            if (random.nextInt(2) == 0 && life.assignee() != null) {
                life.waitsForOthers(cast.agent(), at);
            }
            return;
        }
        life.isResolved(cast.agent(), at);
        long closed = at + CLOSED_AFTER + random.nextLong(CLOSING_ROUND);
        if (life.happens(closed)) {
            life.isClosed(closed);
        }
    }

    private List<UUID> tags(Topic topic) {
        Set<UUID> tags = new LinkedHashSet<>();
        tags.add(tag(topic.tag()));
        while (random.nextInt(4) == 0) {
            tags.add(tag(Wording.one(wording.list("tags"), random)));
        }
        return List.copyOf(tags);
    }

    private UUID tag(String name) {
        return requireNonNull(company.tags().get(name), name);
    }

    private int weighted(List<Integer> shares) {
        int sum = 0;
        for (int share : shares) {
            sum += share;
        }
        int drawn = random.nextInt(sum);
        int index = 0;
        while (drawn >= shares.get(index)) {
            drawn -= shares.get(index);
            index++;
        }
        return index;
    }

    /** A wait that is mostly short and sometimes long. The same on every machine, which Math.log does not promise. */
    private long after(long average) {
        return MINUTE + (long) (-StrictMath.log(1 - random.nextDouble()) * average);
    }

    /** What is written in one ticket: the same product, order and place in all of its messages. */
    private final class Texts {
        private final Topic topic;
        private final Customer customer;
        private final Agent agent;
        private final int matter;
        private final Map<String, String> chosen = new HashMap<>();
        private final UnaryOperator<String> words;

        Texts(Topic topic, Customer customer, Agent agent) {
            this.topic = topic;
            this.customer = customer;
            this.agent = agent;
            this.matter = random.nextInt(topic.subjects().size());
            this.words = slot -> chosen.computeIfAbsent(slot, name -> wording.slot(name, random));
            chosen.put("name", customer.first());
        }

        String subject() {
            return sentence(matching(topic.subjects()));
        }

        String question() {
            return fromCustomer(matching(topic.questions()));
        }

        String addition() {
            return fromCustomer(Wording.one(topic.additions(), random));
        }

        String answer() {
            return fromAgent(matching(topic.answers()));
        }

        String counterQuestion() {
            return fromAgent(Wording.one(topic.counterQuestions(), random));
        }

        String note() {
            return sentence(Wording.one(topic.notes(), random));
        }

        /** The first question goes with the first subject, and so on. */
        private Template matching(List<Template> all) {
            return all.get(matter % all.size());
        }

        private String sentence(Template template) {
            StringBuilder text = new StringBuilder(120);
            template.render(words, text);
            text.setCharAt(0, Character.toUpperCase(text.charAt(0)));
            return text.toString();
        }

        private String fromCustomer(Template template) {
            return letter(template, "greet", "close", customer.name());
        }

        private String fromAgent(Template template) {
            return letter(template, "agentgreet", "agentclose", agent.first());
        }

        private String letter(Template template, String greet, String close, String name) {
            StringBuilder text = new StringBuilder(240);
            if (!topic.plain()) {
                Template.of(Wording.one(wording.list(greet), random)).render(words, text);
                text.append("\n\n");
            }
            text.append(sentence(template));
            text.append("\n\n");
            if (!topic.plain()) {
                text.append(Wording.one(wording.list(close), random)).append('\n');
            }
            return text.append(name).toString();
        }
    }
}
