package io.insightdesk;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The page of the database schema is what the catalogue of a migrated database says. */
class DatabasePageIT {

    private static final Path PAGE = Path.of("..", "site", "reference", "database.md");

    private static final String COLUMNS = """
            select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
              coalesce(a.attnum = any (p.conkey), false), c.relkind = 'p'
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            left join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
            where c.relnamespace = 'insightdesk'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            order by c.relname, a.attnum
            """;

    private static final String REFERENCES = """
            select c.relname, t.relname,
              (select string_agg(a.attname, ', ' order by k.place)
                from unnest(f.conkey) with ordinality k (attnum, place)
                join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum
                where a.attname <> 'tenant_id')
            from pg_constraint f
            join pg_class c on c.oid = f.conrelid
            join pg_class t on t.oid = f.confrelid
            where f.contype = 'f' and f.connamespace = 'insightdesk'::regnamespace and not c.relispartition
              and not t.relispartition and f.conparentid = 0
            order by 1, 2, 3
            """;

    /** The features, and what each of their tables holds. A table that is in none of them makes the test fail. */
    private static final Map<String, Map<String, String>> FEATURES = new LinkedHashMap<>();

    static {
        FEATURES.put("Tenants", tables("""
                tenant: companies that share the database
                tenant_directory: slugs and mailbox addresses of all tenants, by which one is found before it is known
                tenant_request_limit: tenants whose plan limits requests
                tenant_usage: what counts towards a plan, kept by triggers
                tenant_suspension: tenants that are refused at present
                tenant_deletion: how far a deletion is, and its proof
                """));
        FEATURES.put("Tickets and conversations", tables("""
                ticket: what customers asked
                ticket_number: the next number of each tenant
                tag: words that tickets are marked with
                ticket_tag: which ticket has which
                ticket_link: tickets that follow others
                message: what customers and agents wrote, and notes
                attachment: files of messages
                bulk_change: changes of many tickets at once
                bulk_change_ticket: what became of each of them
                """));
        FEATURES.put("People who ask", tables("""
                customer: people
                customer_address: their mail addresses
                organization: their companies
                organization_domain: mail domains by which customers belong to one
                """));
        FEATURES.put("People who answer", tables("""
                agent: people
                team: groups of them
                team_member: who is in which
                role: roles of a tenant's own
                role_organization: organizations that a role's scope is about
                api_token: keys for programs, as hashes
                """));
        FEATURES.put("Logins", tables("""
                login_credential: passwords, as hashes
                login_session: who is logged in where
                login_refresh_token: tokens of sessions, as hashes
                login_ticket: what is good once: links in mails, and the step between a password and a second factor
                login_attempt: attempts by what they were for, as hashes
                login_authenticator: second factors, sealed
                login_recovery_code: codes for when a second factor is lost, as hashes
                login_security_key: security keys and passkeys, with their public keys
                login_key_challenge: what a security key is to answer, as hashes
                login_openid: logins at a provider that have begun
                login_link: links by which customers log in, as hashes
                """));
        FEATURES.put("Mail", tables("""
                mailbox: addresses that mail is received for and leaves from
                inbound_mail: each mail that came, and what became of it
                message_reference: by which an answer finds its ticket
                """));
        FEATURES.put("Events and the audit trail", tables("""
                event: what happened; by month
                event_personal: the part of it that tells of persons, which can be erased
                event_subscription: who hears of events
                event_marker: how far a subscription has read the events of a ticket
                audit_entry: signatures of events that are about no ticket
                audit_segment: sealed parts of the trail
                audit_retired: where a rule of retention has cut it, signed
                """));
        FEATURES.put("Background jobs", tables("""
                job: what waits and runs
                job_dead: what was given up, until somebody decides
                job_history: what is done; by day
                job_batch: jobs that another one follows
                job_key: unique keys that stay taken for some time, whatever becomes of their job
                job_rate: when a lane that is limited by rate may go on
                job_queue: weights, limits and pauses
                job_paused_kind: kinds that are not done at present
                job_schedule: jobs that recur
                job_worker: nodes that work, and when they last said so
                """));
        FEATURES.put("Files", tables("""
                blob: files, wherever they are
                blob_chunk: their content, where the database is the store
                """));
        FEATURES.put("Personal data", tables("""
                operation: work that takes longer than a request
                export_row: what an export has gathered
                person_erasure: persons being erased
                legal_hold: what must be kept
                retention_rule: what is kept for how long
                """));
        FEATURES.put("For the library itself", tables("""
                signing_key: keys that sign what leaves and comes back
                idempotency_key: answers to requests that may be repeated
                rate_limit: what was taken from each limit lately; not logged, so a crash of the database empties it
                """));
    }

    private record Column(String name, String type, boolean mandatory, boolean key) {}

    private record Reference(String from, String to, String columns) {}

    @Test
    void thePageIsWhatTheCatalogueSays() throws SQLException, IOException {
        Map<String, List<Column>> columns = new TreeMap<>();
        Set<String> partitioned = new TreeSet<>();
        List<Reference> references = new ArrayList<>();
        try (TestDatabase database = TestDatabase.fresh();
                Connection admin = database.admin().getConnection();
                Statement statement = admin.createStatement()) {
            try (ResultSet row = statement.executeQuery(COLUMNS)) {
                while (row.next()) {
                    columns.computeIfAbsent(row.getString(1), name -> new ArrayList<>())
                            .add(new Column(row.getString(2), row.getString(3), row.getBoolean(4), row.getBoolean(5)));
                    if (row.getBoolean(6)) {
                        partitioned.add(row.getString(1));
                    }
                }
            }
            try (ResultSet row = statement.executeQuery(REFERENCES)) {
                while (row.next()) {
                    String by = row.getString(3);
                    references.add(new Reference(row.getString(1), row.getString(2), by == null ? "" : by));
                }
            }
        }
        columns.keySet().removeIf(name -> name.startsWith("flyway_") || name.equals("schema_history"));

        Set<String> described = new TreeSet<>();
        FEATURES.values().forEach(tables -> described.addAll(tables.keySet()));
        assertThat(described).as("the tables that FEATURES describes").isEqualTo(columns.keySet());

        String page = page(columns, partitioned, references);
        if (Boolean.getBoolean("database.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("to be written by -Ddatabase.write=true").hasContent(page);
    }

    private static String page(Map<String, List<Column>> columns, Set<String> partitioned, List<Reference> references) {
        StringBuilder page = new StringBuilder("""
                # Database schema

                <!-- Written by DatabasePageIT out of the catalogue of a migrated database. -->

                What the migrations make, in the schema `insightdesk`. It is no public API: read it if you like, but it changes with minor releases.

                Each table of a tenant has `tenant_id` first in its primary key and in each foreign key, so that no row can point into another
                tenant's, and row-level security, which is forced. Tables that only the library's own functions and the job engine read have no policies;
                the role that works for tenants cannot read them. The diagrams leave `tenant_id` away. A star marks what is part of the primary key.
                """);
        FEATURES.forEach((feature, tables) -> {
            page.append("\n## ").append(feature).append('\n').append(diagram(tables.keySet(), columns, references));
            tables.forEach((table, meaning) -> {
                page.append("\n### `").append(table).append("`\n\n");
                page.append(Character.toUpperCase(meaning.charAt(0))).append(meaning.substring(1));
                page.append(partitioned.contains(table) ? ". Partitioned.\n\n" : ".\n\n");
                page.append("| column | type | null | leads to |\n|---|---|---|---|\n");
                for (Column column : columns.getOrDefault(table, List.of())) {
                    page.append("| `%s`%s | %s | %s | %s |\n"
                            .formatted(
                                    column.name(),
                                    column.key() ? " *" : "",
                                    column.type(),
                                    column.mandatory() ? "" : "yes",
                                    targets(table, column.name(), references)));
                }
            });
        });
        return page.toString();
    }

    private static String targets(String table, String column, List<Reference> references) {
        return references.stream()
                .filter(each -> each.from().equals(table)
                        && List.of(each.columns().split(", ")).contains(column))
                .map(each -> "`" + each.to() + "`")
                .distinct()
                .collect(joining(", "));
    }

    private static String diagram(Set<String> tables, Map<String, List<Column>> columns, List<Reference> references) {
        List<Reference> drawn = references.stream()
                .filter(each -> tables.contains(each.from()) && !each.to().equals("tenant"))
                .toList();
        if (drawn.isEmpty()) {
            return "";
        }
        StringBuilder diagram = new StringBuilder("\n```mermaid\nerDiagram\n");
        for (Reference each : drawn) {
            Set<String> by = new LinkedHashSet<>(List.of(each.columns().split(", ")));
            boolean mandatory = columns.getOrDefault(each.from(), List.of()).stream()
                    .filter(column -> by.contains(column.name()))
                    .allMatch(Column::mandatory);
            diagram.append("  %s %s--o{ %s : \"%s\"\n"
                    .formatted(each.to(), mandatory ? "||" : "|o", each.from(), each.columns()));
        }
        return diagram.append("```\n").toString();
    }

    /** Lines of a table and what it holds. */
    private static Map<String, String> tables(String lines) {
        Map<String, String> tables = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            String[] parts = line.split(": ", 2);
            tables.put(parts[0], parts[1]);
        });
        return tables;
    }
}
