package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.insightdesk.error.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads filters and paths of RFC 7644 (sections 3.4.2.2 and 3.5.2) by descent. Beyond the grammar, a filter may compare a part of the
 * values that a filter in brackets finds, as in {@code emails[type eq "work"].value eq "a@b.example"}.
 */
final class ScimParser {
    /** How long a filter or a path can be. */
    static final int MAX_LENGTH = 4000;

    /** How deep parentheses and brackets may lie in each other. */
    static final int MAX_DEPTH = 20;

    /** How many comparisons a filter can have. */
    static final int MAX_COMPARISONS = 100;

    private static final Pattern NAME = Pattern.compile("[A-Za-z$][A-Za-z0-9_$-]*");
    private static final Pattern URN = Pattern.compile("[Uu][Rr][Nn]:[A-Za-z0-9._:-]+:(?=[A-Za-z$])");
    private static final Pattern NUMBER =
            Pattern.compile("-?(?:0|[1-9][0-9]{0,30})(?:\\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?");
    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");

    private final String text;
    private final String reason;
    private int at;
    private int depth;
    private int comparisons;

    private ScimParser(String text, String reason) {
        this.text = text;
        this.reason = reason;
        if (text.length() > MAX_LENGTH) {
            throw new ScimException(
                    400, reason, "It can have " + MAX_LENGTH + " characters, this one has " + text.length() + ".");
        }
    }

    /** Reads a filter. */
    static ScimFilter filter(String text) {
        ScimParser parser = new ScimParser(text, ScimException.INVALID_FILTER);
        ScimFilter filter = parser.any();
        parser.end();
        return filter;
    }

    /** Reads a path. */
    static ScimPath path(String text) {
        ScimParser parser = new ScimParser(text, ScimException.INVALID_PATH);
        parser.blanks();
        ScimFilter.Attribute attribute = parser.attribute();
        ScimFilter filter = null;
        String sub = null;
        if (parser.took('[')) {
            filter = parser.bracket();
            sub = parser.sub();
        }
        parser.end();
        return new ScimPath(attribute, filter, sub);
    }

    private ScimFilter any() {
        List<ScimFilter> parts = new ArrayList<>();
        parts.add(all());
        while (tookWord("or")) {
            parts.add(all());
        }
        return parts.size() == 1 ? parts.get(0) : new ScimFilter.Or(List.copyOf(parts));
    }

    private ScimFilter all() {
        List<ScimFilter> parts = new ArrayList<>();
        parts.add(one());
        while (tookWord("and")) {
            parts.add(one());
        }
        return parts.size() == 1 ? parts.get(0) : new ScimFilter.And(List.copyOf(parts));
    }

    private ScimFilter one() {
        blanks();
        if (took('(')) {
            return group();
        }
        int start = at;
        if (tookWord("not")) {
            blanks();
            if (took('(')) {
                return new ScimFilter.Not(group());
            }
            // An attribute of this name.
            at = start;
        }
        ScimFilter.Attribute attribute = attribute();
        if (took('[')) {
            ScimFilter inside = bracket();
            String sub = sub();
            if (sub == null) {
                return new ScimFilter.Has(attribute, inside);
            }
            ScimFilter rest = compared(new ScimFilter.Attribute("", sub, null, sub));
            return new ScimFilter.Has(attribute, new ScimFilter.And(List.of(inside, rest)));
        }
        return compared(attribute);
    }

    private ScimFilter group() {
        deeper();
        ScimFilter inside = any();
        blanks();
        expect(')');
        depth--;
        return inside;
    }

    private ScimFilter bracket() {
        deeper();
        ScimFilter inside = any();
        blanks();
        expect(']');
        depth--;
        return inside;
    }

    private void deeper() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw wrong("It is nested more than " + MAX_DEPTH + " levels deep");
        }
    }

    private ScimFilter compared(ScimFilter.Attribute attribute) {
        comparisons++;
        if (comparisons > MAX_COMPARISONS) {
            throw wrong("It has more than " + MAX_COMPARISONS + " comparisons");
        }
        if (!blanks()) {
            throw wrong("A blank and an operator are missing after '" + attribute.written() + "'");
        }
        String word = word();
        if (word.equals("pr")) {
            return new ScimFilter.Present(attribute);
        }
        for (ScimFilter.Operator operator : ScimFilter.Operator.values()) {
            if (operator.name().toLowerCase(Locale.ROOT).equals(word)) {
                if (!blanks()) {
                    throw wrong("A blank and a value are missing after '" + word + "'");
                }
                return new ScimFilter.Compare(attribute, operator, value());
            }
        }
        throw wrong("An operator is required here: eq, ne, co, sw, ew, gt, ge, lt, le or pr");
    }

    private ScimFilter.Attribute attribute() {
        int start = at;
        Matcher urn = URN.matcher(text).region(at, text.length());
        String schema = "";
        if (urn.lookingAt()) {
            schema = text.substring(at, urn.end() - 1).toLowerCase(Locale.ROOT);
            at = urn.end();
        }
        String name = name();
        String sub = sub();
        return new ScimFilter.Attribute(schema, name, sub, text.substring(start, at));
    }

    private @Nullable String sub() {
        return took('.') ? name() : null;
    }

    private String name() {
        Matcher name = NAME.matcher(text).region(at, text.length());
        if (!name.lookingAt()) {
            throw wrong("The name of an attribute is required here");
        }
        at = name.end();
        return name.group().toLowerCase(Locale.ROOT);
    }

    private String word() {
        Matcher word = WORD.matcher(text).region(at, text.length());
        if (!word.lookingAt()) {
            return "";
        }
        at = word.end();
        return word.group().toLowerCase(Locale.ROOT);
    }

    private JsonNode value() {
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (number.lookingAt()) {
            at = number.end();
            return JsonCodec.parseOwn(number.group());
        }
        int start = at;
        return switch (word()) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            case "null" -> NullNode.getInstance();
            default -> {
                at = start;
                throw wrong("A value is required here: a text in double quotes, a number, true, false or null");
            }
        };
    }

    private JsonNode quoted() {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '"') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw wrong("The text that begins here has no end");
        }
        try {
            JsonNode value =
                    JsonCodec.parse(text.substring(at, end + 1).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            Violations violations = new Violations();
            RequestReader.checkText(value.textValue(), "", violations);
            violations.throwIfAny();
            at = end + 1;
            return value;
        } catch (ProblemException | io.insightdesk.error.InvalidInputException e) {
            // The reason in the filter's terms.
            throw wrong("The text that begins here is no JSON string that can be kept");
        }
    }

    private boolean tookWord(String wanted) {
        int start = at;
        blanks();
        if (word().equals(wanted) && (at == text.length() || " (".indexOf(text.charAt(at)) >= 0)) {
            return true;
        }
        at = start;
        return false;
    }

    private boolean took(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!took(wanted)) {
            throw wrong("'" + wanted + "' is missing here");
        }
    }

    private boolean blanks() {
        int start = at;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at > start;
    }

    private void end() {
        blanks();
        if (at < text.length()) {
            throw wrong("Nothing can follow here");
        }
    }

    private ScimException wrong(String what) {
        return new ScimException(400, reason, what + ": at character " + (at + 1) + ".");
    }
}
