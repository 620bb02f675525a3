package io.insightdesk.customer;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.internal.MailAddresses;
import java.util.Optional;

/**
 * A mail address in the form in which it is stored and compared: lower case, the domain in ASCII (RFC 5890), no display name. The
 * part before the {@code @} is a dot-atom (RFC 5322, letters of all scripts as in RFC 6531); quoted ones and address literals are not
 * accepted. Lower case throughout is a decision against RFC 5321, which lets the part before the {@code @} differ by case: no
 * known provider does.
 *
 * @param value the address, at most 254 characters
 * @since 0.1.0
 */
public record EmailAddress(String value) {

    /** Brings the address into its normal form. */
    public EmailAddress {
        requireNonNull(value, "value");
        value = MailAddresses.normalize(value)
                .orElseThrow(() -> new InvalidInputException(
                        "/email", "invalid_value", "This is not a mail address such as name@example.com."));
    }

    /**
     * Reads an address.
     *
     * @param text the address, in any case, without a display name
     * @return the address in its normal form
     * @throws InvalidInputException when it is none
     */
    public static EmailAddress of(String text) {
        return new EmailAddress(text);
    }

    /**
     * Reads an address where it may be none.
     *
     * @param text any text
     * @return the address in its normal form; empty when it is none
     */
    public static Optional<EmailAddress> parse(String text) {
        return MailAddresses.normalize(text).map(EmailAddress::new);
    }

    /**
     * The part before the {@code @}.
     *
     * @return the part, in lower case
     */
    public String local() {
        return value.substring(0, value.lastIndexOf('@'));
    }

    /**
     * The part after the {@code @}.
     *
     * @return the domain, in lower case and ASCII
     */
    public String domain() {
        return value.substring(value.lastIndexOf('@') + 1);
    }

    /** The address in its normal form. */
    @Override
    public String toString() {
        return value;
    }
}
