package io.insightdesk.login.internal;

import io.insightdesk.error.LimitReachedException;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Sha256;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.login.LoginOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Counts attempts, and makes whoever fails wait. An attempt is counted before it is made, under the lock of its row, so that many at
 * once are no way around; one that succeeds is taken back. Rows are locked in the order of {@link Kind}. Thread-safe.
 */
final class Attempts {

    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    private static final int MAX_DOUBLINGS = 20;
    private static final int IPV4_HOST = 32;
    private static final int IPV6_NETWORK = 64;

    /** What is counted, and how many failures in a row make nobody wait. */
    enum Kind {
        /** A mail address, whether somebody has it or not. */
        ACCOUNT(4),
        /** A network address, behind which there may be many people. */
        ADDRESS(29),
        /** The codes of an agent's second factor. */
        CODE(4),
        /** Mails that are asked for by somebody who is not logged in. */
        MAIL(LoginOptions.MAILS_PER_HOUR),
        /** Links that customers ask for. */
        LINK(LoginOptions.MAILS_PER_HOUR);

        private final int free;

        Kind(int free) {
            this.free = free;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Somebody or something that attempts are counted for. */
    record Subject(Kind kind, String name) {

        byte[] hash() {
            return Sha256.of(name.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The subjects of an attempt on an account from an address; in the order in which they are locked. */
    static List<Subject> of(Kind kind, String name, @Nullable String address) {
        Subject first = new Subject(kind, name);
        return address == null ? List.of(first) : List.of(first, from(address));
    }

    /** The subject of an attempt from an address. */
    static Subject from(String address) {
        return new Subject(Kind.ADDRESS, network(address));
    }

    /** Whoever has an address of IPv6 has a whole network of them. */
    private static String network(String address) {
        return AddressRange.address(address)
                .map(known ->
                        AddressRange.around(known, IPV4_HOST, IPV6_NETWORK).toString())
                .orElse(address);
    }

    private record Count(
            int failures, Instant countedAt, @Nullable Instant blockedUntil) {

        Duration waits(Instant now) {
            Instant until = blockedUntil;
            return until == null || !until.isAfter(now) ? Duration.ZERO : Duration.between(now, until);
        }

        Count next(Kind kind, Instant now) {
            int counted = countedAt.plus(FORGOTTEN_AFTER).isBefore(now) ? 1 : failures + 1;
            int over = counted - kind.free;
            if (over <= 0) {
                return new Count(counted, now, null);
            }
            Duration doubled = Duration.ofSeconds(1L << Math.min(over - 1, MAX_DOUBLINGS));
            Duration wait = doubled.compareTo(LoginOptions.LONGEST_WAIT) < 0 ? doubled : LoginOptions.LONGEST_WAIT;
            return new Count(counted, now, now.plus(wait));
        }
    }

    /**
     * Counts an attempt that is about to be made, in a transaction of its own.
     *
     * @throws LimitReachedException with code {@code too_many_attempts} when one of the subjects has to wait; then nothing is counted
     */
    void count(Scope scope, List<Subject> subjects) {
        refuse(scope.run(tx -> count(tx, subjects, scope.now())));
    }

    private static void refuse(Duration wait) {
        if (!wait.isZero()) {
            throw new LimitReachedException(
                    "too_many_attempts",
                    "There were too many attempts. Wait " + Math.max(1, wait.toSeconds()) + " s before the next one.",
                    wait);
        }
    }

    /** How long to wait; nothing was counted unless that is zero. */
    private Duration count(Tx tx, List<Subject> subjects, Instant now) {
        List<Count> counts =
                subjects.stream().map(subject -> lock(tx, subject, now)).toList();
        Duration longest = counts.stream()
                .map(count -> count.waits(now))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        if (longest.isZero()) {
            for (int i = 0; i < counts.size(); i++) {
                Subject subject = subjects.get(i);
                update(tx, subject, counts.get(i).next(subject.kind(), now));
            }
        }
        return longest;
    }

    /** Whether one more is allowed within the hour, which then is counted; for what is not to be guessed but to be sparing with. */
    boolean allow(Scope scope, Subject subject) {
        return wait(scope, subject).isZero();
    }

    /**
     * The same, for who may know it.
     *
     * @throws LimitReachedException with code {@code too_many_attempts} when it is not allowed
     */
    void require(Scope scope, Subject subject) {
        refuse(wait(scope, subject));
    }

    private static Duration wait(Scope scope, Subject subject) {
        Instant now = scope.now();
        return scope.run(tx -> {
            Count count = lock(tx, subject, now);
            Instant end = count.countedAt().plus(FORGOTTEN_AFTER);
            boolean over = end.isBefore(now);
            if (!over && count.failures() >= subject.kind().free) {
                // At its very end the hour still counts.
                return Duration.between(now, end).plusNanos(1_000);
            }
            // The first of them begins the hour.
            Instant since = over || count.failures() == 0 ? now : count.countedAt();
            update(tx, subject, new Count(over ? 1 : count.failures() + 1, since, null));
            return Duration.ZERO;
        });
    }

    /** Takes back what was counted for an attempt that succeeded: all of an account, one of an address. */
    void succeeded(Tx tx, List<Subject> subjects) {
        for (Subject subject : subjects) {
            bind(tx.update(subject.kind() == Kind.ADDRESS ? TAKE_BACK : REMOVE), subject)
                    .execute();
        }
    }

    private static final String LOCK = """
            insert into {schema}.login_attempt as a (tenant_id, kind, subject, failures, counted_at)
            values (:tenant, :kind, :subject, 0, :now)
            on conflict (tenant_id, kind, subject) do update set failures = a.failures
            returning failures, counted_at, blocked_until
            """;

    private static Count lock(Tx tx, Subject subject, Instant now) {
        return tx.query(LOCK)
                .bind("kind", subject.kind().wireName())
                .bind("subject", subject.hash())
                .bind("now", now)
                .map((row, context) -> {
                    OffsetDateTime until = row.getObject("blocked_until", OffsetDateTime.class);
                    return new Count(
                            row.getInt("failures"),
                            row.getObject("counted_at", OffsetDateTime.class).toInstant(),
                            until == null ? null : until.toInstant());
                })
                .one();
    }

    private static final String UPDATE = """
            update {schema}.login_attempt
            set failures = :failures, counted_at = :countedAt, blocked_until = :blockedUntil
            where tenant_id = :tenant and kind = :kind and subject = :subject
            """;

    private static void update(Tx tx, Subject subject, Count count) {
        bind(tx.update(UPDATE), subject)
                .bind("failures", count.failures())
                .bind("countedAt", count.countedAt())
                .bindByType("blockedUntil", count.blockedUntil(), Instant.class)
                .execute();
    }

    private static final String REMOVE = """
            delete from {schema}.login_attempt
            where tenant_id = :tenant and kind = :kind and subject = :subject
            """;

    private static final String TAKE_BACK = """
            update {schema}.login_attempt
            set failures = greatest(failures - 1, 0), blocked_until = null
            where tenant_id = :tenant and kind = :kind and subject = :subject
            """;

    private static final String PURGE = """
            delete from {schema}.login_attempt
            where tenant_id = :tenant and counted_at < :before
            """;

    /** Forgets what no longer counts. */
    void purge(Tx tx, Instant now) {
        tx.update(PURGE).bind("before", now.minus(FORGOTTEN_AFTER)).execute();
    }

    private static org.jdbi.v3.core.statement.Update bind(org.jdbi.v3.core.statement.Update update, Subject subject) {
        return update.bind("kind", subject.kind().wireName()).bind("subject", subject.hash());
    }
}
