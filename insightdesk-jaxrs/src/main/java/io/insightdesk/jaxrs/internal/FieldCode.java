package io.insightdesk.jaxrs.internal;

import java.util.Locale;

/** Every {@code code} that a member of a problem's {@code errors} can have, with what it means. */
enum FieldCode {
    BREACHED_PASSWORD("The password is known from a breach elsewhere. Take another one."),
    DUPLICATE("The same thing is named twice."),
    INVALID_CURSOR(
            "The cursor is not one that this list gave, or is of another list, order or filter. Begin without one."),
    INVALID_ID("This is not an identifier."),
    INVALID_NAME("The name has characters that a name of this kind cannot have."),
    INVALID_VALUE("The value is none of those that are possible. The text says which are."),
    LIBRARY_MISSING("A library is missing on the class path. Seen by the host's own code only."),
    NEVER_FIRES("A schedule that has no next time."),
    NOT_ALLOWED("This cannot be set together with something else that is set."),
    NOT_REMOVABLE("The field can be changed, but null, which would remove it, is not possible."),
    NOT_YOURSELF("A customer can open tickets only for himself."),
    OUT_OF_RANGE("The number or time is too small or too great. The text names the limits."),
    REPEATED("The query parameter is there twice."),
    REQUIRED("The field or parameter is missing, or blank."),
    ROW_SECURITY("Row-level security would not hold. Seen by the host's own code only."),
    TOO_LONG("The text has too many characters. The text of the error names the limit."),
    TOO_MANY("The list has too many members. The text names the limit."),
    TOO_SHORT("The text has too few characters. The text of the error names the limit."),
    UNKNOWN_AGENT("There is no such agent in your tenant."),
    UNKNOWN_ASSIGNEE("There is no such agent in your tenant, or he does not work here any more."),
    UNKNOWN_ATTACHMENT("There is no such file, or a message has it already."),
    UNKNOWN_FIELD("There is no such field here. The text lists those that there are."),
    UNKNOWN_MAILBOX("There is no mailbox of this address in your tenant."),
    UNKNOWN_ORGANIZATION("There is no such organization in your tenant."),
    UNKNOWN_PARAMETER("There is no such query parameter here. The text lists those that there are."),
    UNKNOWN_REQUESTER("There is no such customer in your tenant."),
    UNKNOWN_ROLE("There is no role of this name in your tenant."),
    UNKNOWN_TEAM("There is no such team in your tenant."),
    UNSUPPORTED("This combination is not possible. The text says why."),
    WEAK_PASSWORD("The password is easily guessed. Take several words that have nothing in common."),
    WRONG_CODE("The code is wrong, or was used before."),
    WRONG_KEY(
            "The answer of the security key is not one to what was asked of this session, or came too late. Ask for options and show the key"
                    + " again."),
    WRONG_PASSWORD("This is not the present password."),
    WRONG_TYPE("The value is of another JSON type than the field.");

    private final String meaning;

    FieldCode(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
