package io.insightdesk.identity.internal;

import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryFilter.Attribute;
import io.insightdesk.identity.DirectoryFilter.Comparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** A filter as a condition of SQL: columns from an allow-list, values bound. What is absent compares as false, and its negation as true. */
final class DirectorySql {

    private final Map<Attribute, String> columns;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final String condition;

    private DirectorySql(Map<Attribute, String> columns, DirectoryFilter filter) {
        this.columns = columns;
        this.condition = sql(filter, false);
    }

    private static final Map<Attribute, String> USERS = Map.of(
            Attribute.ID, "a.id",
            Attribute.EXTERNAL_ID, "a.provider_id",
            Attribute.USER_NAME, DirectoryUserStore.USER_NAME_KEY,
            Attribute.NAME, "lower(a.name)",
            Attribute.GIVEN_NAME, "lower(a.given_name)",
            Attribute.FAMILY_NAME, "lower(a.family_name)",
            Attribute.EMAIL, "a.email",
            Attribute.ACTIVE, "a.active",
            Attribute.CREATED, "a.created_at",
            Attribute.LAST_MODIFIED, "a.updated_at");

    /** Over agents, as {@code a}. */
    static DirectorySql ofUsers(DirectoryFilter filter) {
        return new DirectorySql(USERS, filter);
    }

    private static final String MEMBERS =
            "exists (select from {schema}.team_member m where m.tenant_id = t.tenant_id and m.team_id = t.id%s)";

    private static final Map<Attribute, String> GROUPS = Map.of(
            Attribute.ID, "t.id",
            Attribute.EXTERNAL_ID, "t.provider_id",
            Attribute.NAME, "lower(t.name)",
            Attribute.MEMBER, MEMBERS,
            Attribute.CREATED, "t.created_at",
            Attribute.LAST_MODIFIED, "t.updated_at");

    /** Over teams, as {@code t}. */
    static DirectorySql ofGroups(DirectoryFilter filter) {
        return new DirectorySql(GROUPS, filter);
    }

    /** The condition, in parentheses. */
    String condition() {
        return condition;
    }

    /** Binds the condition's values. */
    Query bind(Query query) {
        return query.bindMap(values);
    }

    /** Where nothing is negated, what is unknown is as good as false, and the condition stays one that an index can serve. */
    private String sql(DirectoryFilter filter, boolean negated) {
        if (filter instanceof DirectoryFilter.All all) {
            return joined(all.parts(), " and ", "true", negated);
        }
        if (filter instanceof DirectoryFilter.Any any) {
            return joined(any.parts(), " or ", "false", negated);
        }
        if (filter instanceof DirectoryFilter.Not not) {
            return "(not " + sql(not.part(), true) + ")";
        }
        if (filter instanceof DirectoryFilter.Present present) {
            return present.attribute() == Attribute.MEMBER
                    ? column(Attribute.MEMBER).formatted("")
                    : "(" + column(present.attribute()) + " is not null)";
        }
        if (filter instanceof DirectoryFilter.Active active) {
            return "(" + column(Attribute.ACTIVE) + " = " + bound(active.value()) + ")";
        }
        if (filter instanceof DirectoryFilter.Member member) {
            return column(Attribute.MEMBER)
                    .formatted(" and m.agent_id = " + bound(member.agent().value()));
        }
        if (filter instanceof DirectoryFilter.Time time) {
            return compared(column(time.attribute()), time.comparison(), bound(time.value()), negated);
        }
        DirectoryFilter.Text text = (DirectoryFilter.Text) filter;
        if (text.attribute() == Attribute.ID && text.comparison() == Comparison.EQUAL) {
            return byId(text.value());
        }
        boolean exact = text.attribute() == Attribute.ID || text.attribute() == Attribute.EXTERNAL_ID;
        String value = exact ? text.value() : text.value().toLowerCase(Locale.ROOT);
        String column = column(text.attribute());
        return compared(
                text.attribute() == Attribute.ID ? "cast(" + column + " as text)" : column,
                text.comparison(),
                "cast(" + bound(value) + " as text)",
                negated);
    }

    /** By the column itself, which the primary key has. */
    private String byId(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equals(text) ? "(" + column(Attribute.ID) + " = " + bound(id) + ")" : "(false)";
        } catch (IllegalArgumentException e) {
            // No identifier: it names nothing.
            return "(false)";
        }
    }

    private static String compared(String column, Comparison comparison, String value, boolean negated) {
        String condition = switch (comparison) {
            case EQUAL, NOT_EQUAL -> column + " = " + value;
            case CONTAINS -> "strpos(" + column + ", " + value + ") > 0";
            case STARTS_WITH -> "starts_with(" + column + ", " + value + ")";
            case ENDS_WITH -> "right(" + column + ", length(" + value + ")) = " + value;
            case GREATER -> ordered(column, ">", value);
            case GREATER_OR_EQUAL -> ordered(column, ">=", value);
            case LESS -> ordered(column, "<", value);
            case LESS_OR_EQUAL -> ordered(column, "<=", value);
        };
        if (comparison == Comparison.NOT_EQUAL) {
            return "(not coalesce(" + condition + ", false))";
        }
        return negated ? "coalesce(" + condition + ", false)" : "(" + condition + ")";
    }

    private static String ordered(String column, String operator, String value) {
        String collation = value.startsWith("cast(") ? " collate \"C\"" : "";
        return column + collation + " " + operator + " " + value + collation;
    }

    private String joined(List<DirectoryFilter> parts, String operator, String none, boolean negated) {
        if (parts.isEmpty()) {
            return "(" + none + ")";
        }
        StringJoiner all = new StringJoiner(operator, "(", ")");
        parts.forEach(part -> all.add(sql(part, negated)));
        return all.toString();
    }

    private String column(Attribute attribute) {
        String column = columns.get(attribute);
        if (column == null) {
            throw new IllegalArgumentException("there is no " + attribute + " to filter by here");
        }
        return column;
    }

    private String bound(Object value) {
        String name = "filter" + values.size();
        values.put(name, value);
        return ":" + name;
    }
}
