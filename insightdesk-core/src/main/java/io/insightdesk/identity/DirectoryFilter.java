package io.insightdesk.identity;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * Which users or groups of a {@link Directory} are meant: the filters of RFC 7644 (section 3.4.2.2) over the attributes that can be
 * filtered by. What an entry has not got is equal to nothing.
 *
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public sealed interface DirectoryFilter {

    /** Everything. */
    DirectoryFilter EVERYTHING = new All(List.of());

    /**
     * All of them hold; true of none.
     *
     * @param parts the filters
     * @since 0.1.0
     */
    record All(List<DirectoryFilter> parts) implements DirectoryFilter {
        /** Copies the parts. */
        public All {
            parts = List.copyOf(parts);
        }
    }

    /**
     * One of them holds; false of none.
     *
     * @param parts the filters
     * @since 0.1.0
     */
    record Any(List<DirectoryFilter> parts) implements DirectoryFilter {
        /** Copies the parts. */
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /**
     * It does not hold.
     *
     * @param part the filter
     * @since 0.1.0
     */
    record Not(DirectoryFilter part) implements DirectoryFilter {}

    /**
     * There is a value.
     *
     * @param attribute the attribute
     * @since 0.1.0
     */
    record Present(Attribute attribute) implements DirectoryFilter {}

    /**
     * A text compares so: {@link Attribute#ACTIVE}, {@link Attribute#MEMBER} and times have their own.
     *
     * @param attribute the attribute
     * @param comparison how
     * @param value with what; its case matters for identifiers only
     * @since 0.1.0
     */
    record Text(Attribute attribute, Comparison comparison, String value) implements DirectoryFilter {
        /**
         * Checks the attribute.
         *
         * @throws IllegalArgumentException when the attribute is no text
         */
        public Text {
            requireNonNull(value, "value");
            require(attribute.kind() == Kind.TEXT, attribute);
        }
    }

    /**
     * A time compares so; only equality and order make sense.
     *
     * @param attribute the attribute
     * @param comparison how
     * @param value with what
     * @since 0.1.0
     */
    record Time(Attribute attribute, Comparison comparison, Instant value) implements DirectoryFilter {
        /**
         * Checks the attribute.
         *
         * @throws IllegalArgumentException when the attribute is no time, or the comparison is of texts
         */
        public Time {
            requireNonNull(value, "value");
            require(attribute.kind() == Kind.TIME && !comparison.ofText(), attribute);
        }
    }

    /**
     * The agent works here, or not.
     *
     * @param value whether it does
     * @since 0.1.0
     */
    record Active(boolean value) implements DirectoryFilter {}

    /**
     * An agent is a member of the group.
     *
     * @param agent the agent
     * @since 0.1.0
     */
    record Member(AgentId agent) implements DirectoryFilter {}

    private static void require(boolean holds, Attribute attribute) {
        if (!holds) {
            throw new IllegalArgumentException(attribute + " does not compare so");
        }
    }

    /**
     * What can be filtered by.
     *
     * @since 0.1.0
     */
    enum Attribute {
        /** The identifier, in small letters. */
        ID(Kind.TEXT),
        /** The provider's own identifier. */
        EXTERNAL_ID(Kind.TEXT),
        /** A user's name at the provider. */
        USER_NAME(Kind.TEXT),
        /** The name that is shown, of a user or a group. */
        NAME(Kind.TEXT),
        /** A user's given name. */
        GIVEN_NAME(Kind.TEXT),
        /** A user's family name. */
        FAMILY_NAME(Kind.TEXT),
        /** A user's mail address. */
        EMAIL(Kind.TEXT),
        /** Whether a user works here. */
        ACTIVE(Kind.TRUTH),
        /** A group's members. */
        MEMBER(Kind.MEMBERS),
        /** When it was made. */
        CREATED(Kind.TIME),
        /** When it was last changed. */
        LAST_MODIFIED(Kind.TIME);

        private final Kind kind;

        Attribute(Kind kind) {
            this.kind = kind;
        }

        /**
         * What its values are.
         *
         * @return the kind
         */
        public Kind kind() {
            return kind;
        }
    }

    /**
     * What the values of an attribute are.
     *
     * @since 0.1.0
     */
    enum Kind {
        /** Texts. */
        TEXT,
        /** Instants. */
        TIME,
        /** True or false. */
        TRUTH,
        /** Agents. */
        MEMBERS
    }

    /**
     * How values compare.
     *
     * @since 0.1.0
     */
    enum Comparison {
        /** They are equal. */
        EQUAL,
        /** They are not. */
        NOT_EQUAL,
        /** One holds the other. */
        CONTAINS,
        /** It begins so. */
        STARTS_WITH,
        /** It ends so. */
        ENDS_WITH,
        /** It is greater, by code points or later. */
        GREATER,
        /** It is greater or equal. */
        GREATER_OR_EQUAL,
        /** It is less. */
        LESS,
        /** It is less or equal. */
        LESS_OR_EQUAL;

        /**
         * Whether it is about texts only.
         *
         * @return whether it looks into a text
         */
        public boolean ofText() {
            return this == CONTAINS || this == STARTS_WITH || this == ENDS_WITH;
        }
    }
}
