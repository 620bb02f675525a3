package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Scope;
import io.insightdesk.transfer.Retention;
import io.insightdesk.transfer.RetentionKind;
import io.insightdesk.transfer.RetentionRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

final class RetentionService implements Retention {

    private final Scope scope;
    private final RetentionStore rules;
    private final ContentStore contents;
    private final HoldStore holds;
    private final EventFeature events;

    RetentionService(Scope scope, RetentionStore rules, ContentStore contents, HoldStore holds, EventFeature events) {
        this.scope = scope;
        this.rules = rules;
        this.contents = contents;
        this.holds = holds;
        this.events = events;
    }

    @Override
    public List<RetentionRule> rules() {
        scope.require(Permission.RETENTION_ADMIN);
        return scope.run(rules::list);
    }

    @Override
    public RetentionRule set(RetentionKind kind, Duration keepFor) {
        requireNonNull(kind, "kind");
        scope.require(Permission.RETENTION_ADMIN);
        int days = days(kind, keepFor);
        return scope.run(tx -> {
            RetentionRule rule = rules.set(tx, kind, days, scope.now());
            events.append(tx, scope, "retention_rule_set", Map.of("kind", kind.wireName(), "days", days));
            return rule;
        });
    }

    @Override
    public void remove(RetentionKind kind) {
        requireNonNull(kind, "kind");
        scope.require(Permission.RETENTION_ADMIN);
        scope.run(tx -> {
            if (rules.remove(tx, kind)) {
                events.append(tx, scope, "retention_rule_removed", Map.of("kind", kind.wireName()));
            }
            return kind;
        });
    }

    @Override
    public long preview(RetentionKind kind, Duration keepFor) {
        requireNonNull(kind, "kind");
        scope.require(Permission.RETENTION_ADMIN);
        Instant before = scope.now().minus(Duration.ofDays(days(kind, keepFor)));
        return scope.run(tx -> switch (kind) {
            case CLOSED_TICKETS -> contents.countTickets(tx, before);
            case ATTACHMENTS -> contents.countAttachments(tx, before);
            case RAW_MAILS -> contents.countMails(tx, before);
            case AUDIT -> holds.any(tx) ? 0 : events.countAuditBefore(tx, before);
            case AUDIT_PERSONAL -> holds.any(tx) ? 0 : events.countPersonalBefore(tx, before);
        });
    }

    private static int days(RetentionKind kind, Duration keepFor) {
        long days = keepFor.toDays();
        int least = kind == RetentionKind.AUDIT ? MIN_AUDIT_DAYS : 1;
        if (days < least || days > MAX_DAYS || !keepFor.equals(Duration.ofDays(days))) {
            throw new InvalidInputException(
                    "/days",
                    "out_of_range",
                    "A rule of this kind keeps for " + least + " to " + MAX_DAYS + " whole days, not " + keepFor + ".");
        }
        return (int) days;
    }
}
