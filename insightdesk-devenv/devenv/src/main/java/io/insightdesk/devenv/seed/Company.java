package io.insightdesk.devenv.seed;

import io.insightdesk.devenv.seed.Wording.Family;
import io.insightdesk.devenv.seed.Wording.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tenant with its people, before anybody has written. Times are milliseconds since 1970.
 *
 * @param id the tenant
 * @param createdAt when it began
 * @param agents who answers; the first is the administrator
 * @param teams their teams by name
 * @param organizations the companies of customers
 * @param customers who asks, in the order in which they came
 * @param mailbox where they write to
 * @param tags tags by name
 */
record Company(
        UUID id,
        long createdAt,
        List<Agent> agents,
        Map<String, Team> teams,
        List<Organization> organizations,
        List<Customer> customers,
        Mailbox mailbox,
        Map<String, UUID> tags) {

    private static final long DAY = 86_400_000;
    private static final long SET_UP = 30 * DAY;
    private static final int TICKETS_PER_CUSTOMER = 12;
    private static final int CUSTOMERS_PER_ORGANIZATION = 15;
    private static final int TICKETS_PER_AGENT = 1_500;
    private static final double KNOWN_BEFORE = 0.4;
    private static final double WITH_ORGANIZATION = 0.7;
    private static final List<String> PRIVATE_DOMAINS = List.of("mail.example", "post.example", "inbox.example");

    /** An agent; {@code first} is the given name, which answers are signed with. */
    record Agent(UUID id, String name, String first, String email, String role) {}

    /** A team; members are never empty. */
    record Team(UUID id, List<Agent> members) {}

    /** An organization with its only domain. */
    record Organization(UUID id, String name, String domain) {}

    /** A customer; the first address is the one that mail goes to. */
    record Customer(
            UUID id,
            String name,
            String first,
            List<String> addresses,
            @Nullable Organization organization,
            long createdAt) {}

    /** The mailbox. */
    record Mailbox(UUID id, String address) {}

    static Company make(BulkTenant tenant, WorkingHours hours, SplittableRandom random) {
        return new Maker(tenant, hours, random).make();
    }

    private static final class Maker {
        private final BulkTenant tenant;
        private final WorkingHours hours;
        private final SplittableRandom random;
        private final Wording wording = Wording.get();
        private final Map<String, Integer> taken = new HashMap<>();

        Maker(BulkTenant tenant, WorkingHours hours, SplittableRandom random) {
            this.tenant = tenant;
            this.hours = hours;
            this.random = random;
        }

        Company make() {
            long begin = hours.start() - SET_UP;
            UUID id = SeedIds.at(begin, random);
            List<Agent> agents = agents(begin);
            Map<String, Team> teams = teams(begin, agents);
            int customers = Math.max(20, tenant.tickets() / TICKETS_PER_CUSTOMER);
            List<Organization> organizations =
                    organizations(begin, Math.max(5, customers / CUSTOMERS_PER_ORGANIZATION));
            Mailbox mailbox = new Mailbox(SeedIds.at(begin, random), "support@" + tenant.slug() + ".example");
            return new Company(
                    id, begin, agents, teams, organizations, customers(customers, organizations), mailbox, tags(begin));
        }

        private List<Agent> agents(long begin) {
            int count = Math.min(120, Math.max(5, tenant.tickets() / TICKETS_PER_AGENT));
            List<Agent> agents = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Person person = person();
                String role = i == 0 ? "admin" : i == count - 1 ? "viewer" : "agent";
                agents.add(new Agent(
                        SeedIds.at(begin, random),
                        person.name(),
                        person.first(),
                        address(person, tenant.slug() + ".example"),
                        role));
            }
            return agents;
        }

        private Map<String, Team> teams(long begin, List<Agent> agents) {
            Map<String, Team> teams = new LinkedHashMap<>();
            // A viewer answers nobody.
            List<Agent> answering = agents.subList(0, agents.size() - 1);
            int next = 0;
            for (String name : wording.list("teams")) {
                int size = Math.max(2, answering.size() / 4);
                List<Agent> members = new ArrayList<>();
                for (int i = 0; i < Math.min(size, answering.size()); i++) {
                    members.add(answering.get(next++ % answering.size()));
                }
                teams.put(name, new Team(SeedIds.at(begin, random), List.copyOf(members)));
            }
            return teams;
        }

        private List<Organization> organizations(long begin, int count) {
            List<String> one = wording.list("orgone");
            List<String> two = wording.list("orgtwo");
            List<String> three = wording.list("orgthree");
            // A step that shares no divisor with the number of pairs visits all of them.
            int pairs = one.size() * two.size();
            int step = 383;
            int offset = random.nextInt(pairs);
            List<Organization> organizations = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int pair = (int) ((offset + (long) i * step) % pairs);
                String name = one.get(pair % one.size()) + " " + two.get(pair / one.size());
                if (i >= pairs) {
                    name += " " + three.get((i / pairs - 1) % three.size());
                }
                organizations.add(new Organization(SeedIds.at(begin, random), name, Wording.host(name) + ".example"));
            }
            return organizations;
        }

        private List<Customer> customers(int count, List<Organization> organizations) {
            List<Customer> customers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                double share = (double) i / count;
                long at = share < KNOWN_BEFORE
                        ? hours.start() - SET_UP + (long) (SET_UP * share / KNOWN_BEFORE)
                        : hours.at((share - KNOWN_BEFORE) / (1 - KNOWN_BEFORE));
                // Some companies have many who write, most have few.
                Organization organization = random.nextDouble() < WITH_ORGANIZATION
                        ? organizations.get((int) (organizations.size() * random.nextDouble() * random.nextDouble()))
                        : null;
                Person person = person();
                List<String> addresses = new ArrayList<>();
                addresses.add(address(
                        person, organization == null ? Wording.one(PRIVATE_DOMAINS, random) : organization.domain()));
                if (random.nextInt(40) == 0) {
                    addresses.add(address(person, Wording.one(PRIVATE_DOMAINS, random)));
                }
                customers.add(new Customer(
                        SeedIds.at(at, random),
                        person.name(),
                        person.first(),
                        List.copyOf(addresses),
                        organization,
                        at));
            }
            return customers;
        }

        private Map<String, UUID> tags(long begin) {
            Map<String, UUID> tags = new LinkedHashMap<>();
            for (Topic topic : wording.topics()) {
                tags.put(topic.tag(), SeedIds.at(begin, random));
            }
            for (String name : wording.list("tags")) {
                tags.put(name, SeedIds.at(begin, random));
            }
            return tags;
        }

        private record Person(String name, String first, String ascii) {}

        private Person person() {
            Family family = Wording.one(wording.families(), random);
            Name first = Wording.one(family.first(), random);
            Name last = Wording.one(family.last(), random);
            return new Person(first.shown() + " " + last.shown(), first.shown(), first.ascii() + "." + last.ascii());
        }

        /** People of one name in one company get numbers. */
        private String address(Person person, String domain) {
            int before = taken.merge(person.ascii() + "@" + domain, 1, Integer::sum) - 1;
            return person.ascii() + (before == 0 ? "" : Integer.toString(before + 1)) + "@" + domain;
        }
    }
}
