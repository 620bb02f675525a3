package io.insightdesk.internal;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The instants at which an expression of UNIX's cron fires in a time zone. Cron-utils finds the local times that match, in UTC,
 * where every local time exists once; what they are in the zone is decided here, because the library leaves out times that a change
 * of the offset skips, and repeats some that come twice. Thread-safe.
 */
public final class CronTimes {

    private static final String POINTER = "/expression";
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final ZonedDateTime ANY_TIME = ZonedDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private static final Map<String, String> NICKNAMES = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private static final List<Field> FIELDS = List.of(
            new Field("minute", "from 0 to 59"),
            new Field("hour", "from 0 to 23"),
            new Field("day of month", "from 1 to 31"),
            new Field("month", "from 1 to 12, or JAN to DEC"),
            new Field("day of week", "from 0 to 7, where 0 and 7 are Sunday, or SUN to SAT"));

    private final ExecutionTime matches;
    private final ZoneRules rules;
    private final boolean everyHour;

    private record Field(String name, String values) {}

    private CronTimes(ExecutionTime matches, ZoneRules rules, boolean everyHour) {
        this.matches = matches;
        this.rules = rules;
        this.everyHour = everyHour;
    }

    /** One form of the expressions that differ in spaces and letters' case only. */
    public static String normalize(String expression) {
        String text = SPACE.matcher(expression.strip()).replaceAll(" ");
        return text.startsWith("@") ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
    }

    /**
     * Reads an expression.
     *
     * @throws InvalidInputException when it is none, naming each field that is wrong, or when it never fires
     */
    public static CronTimes of(String expression, ZoneId zone) {
        String written = normalize(expression);
        String[] fields = fields(written);
        Optional<Cron> cron = parse(String.join(" ", fields));
        if (cron.isEmpty()) {
            throw invalid(written, fields);
        }
        ExecutionTime matches = ExecutionTime.forCron(cron.get());
        if (matches.nextExecution(ANY_TIME).isEmpty()) {
            throw new InvalidInputException(
                    POINTER,
                    "never_fires",
                    "The cron expression '" + written + "' never fires: no month that it allows has such a day.");
        }
        return new CronTimes(matches, zone.getRules(), fields[1].equals("*") || fields[1].equals("*/1"));
    }

    private static String[] fields(String written) {
        String meant = NICKNAMES.getOrDefault(written, written);
        String[] fields = SPACE.split(meant);
        if (fields.length != FIELDS.size() || meant.startsWith("@")) {
            throw new InvalidInputException(
                    POINTER,
                    "invalid_value",
                    "A cron expression has the five fields minute, hour, day of month, month and day of week, or is one of @hourly, "
                            + "@daily, @midnight, @weekly, @monthly, @yearly and @annually, unlike '" + written + "'.");
        }
        return fields;
    }

    /** A parser is not said to be thread-safe, so each expression has its own. */
    private static Optional<Cron> parse(String expression) {
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            return Optional.of(parser.parse(expression).validate());
        } catch (IllegalArgumentException e) {
            // What is wrong is said in our own words: the library's do not name the field.
            return Optional.empty();
        }
    }

    private static InvalidInputException invalid(String written, String[] fields) {
        List<Violation> wrong = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            String[] alone = {"*", "*", "*", "*", "*"};
            alone[i] = fields[i];
            if (parse(String.join(" ", alone)).isEmpty()) {
                Field field = FIELDS.get(i);
                wrong.add(new Violation(
                        POINTER,
                        "invalid_value",
                        "The " + field.name() + " '" + fields[i] + "' of the cron expression '" + written
                                + "' must be *, numbers " + field.values()
                                + ", ranges of them such as 1-5, steps such as */2 or 1-5/2, or a list of these."));
            }
        }
        return wrong.isEmpty()
                ? new InvalidInputException(POINTER, "invalid_value", "'" + written + "' is not a cron expression.")
                : new InvalidInputException(wrong);
    }

    /**
     * The first firing after an instant. Where the hour is {@code *}: the first instant at which the local time matches. Else each
     * local time that matches fires once: the first time where it comes twice, at the first instant after the gap where it does not
     * come.
     */
    public Instant nextAfter(Instant after) {
        return everyHour ? nextMatching(after) : nextOnce(after);
    }

    private Instant nextMatching(Instant after) {
        Instant from = after;
        LocalDateTime local = local(after);
        while (true) {
            LocalDateTime match = matchAfter(local);
            Instant firing = match.toInstant(rules.getOffset(from));
            ZoneOffsetTransition change = rules.nextTransition(from);
            if (change == null || firing.isBefore(change.getInstant())) {
                return firing;
            }
            from = change.getInstant();
            local = change.getDateTimeAfter().minus(Duration.ofNanos(1));
        }
    }

    private Instant nextOnce(Instant after) {
        LocalDateTime local = local(after);
        ZoneOffsetTransition change = rules.getTransition(local);
        if (change != null && change.isOverlap() && rules.getOffset(after).equals(change.getOffsetAfter())) {
            // All of this was there before.
            local = change.getDateTimeBefore().minus(Duration.ofNanos(1));
        }
        Instant firing;
        do {
            local = matchAfter(local);
            firing = firing(local, rules.getTransition(local));
        } while (!firing.isAfter(after));
        return firing;
    }

    private Instant firing(LocalDateTime local, @Nullable ZoneOffsetTransition change) {
        if (change == null) {
            return local.toInstant(rules.getOffset(local));
        }
        return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
    }

    private LocalDateTime local(Instant instant) {
        return LocalDateTime.ofInstant(instant, rules.getOffset(instant));
    }

    /** Matches are whole minutes, so the first one after a time is the first one after its minute. */
    private LocalDateTime matchAfter(LocalDateTime local) {
        return matches.nextExecution(local.truncatedTo(ChronoUnit.MINUTES).atZone(ZoneOffset.UTC))
                .orElseThrow(() -> new IllegalStateException("a cron expression has no time after " + local))
                .toLocalDateTime();
    }
}
