package io.insightdesk.mail.internal;

import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses to answer to, which name their ticket and cannot be made up: {@code support+t1042.key.tag@example.com}. The key's
 * id and the tag are in base 32, so that the address means the same in any case. Thread-safe.
 */
final class ReplyTokens {

    private static final String PURPOSE = "mail-reply";
    private static final int TAG_BYTES = 10;
    private static final int LONGEST_LOCAL = 64;
    private static final Pattern TOKEN =
            Pattern.compile("[^+]+\\+t([1-9][0-9]{0,17})\\.([a-z2-7]{2,52})\\.([a-z2-7]{16})");

    private final KeyFeature keys;

    ReplyTokens(KeyFeature keys) {
        this.keys = keys;
    }

    /** The address for answers about a ticket; the plain one where there is no room for the token (RFC 5321: 64 characters). */
    String address(TenantId tenant, String mailbox, long number) {
        int at = mailbox.lastIndexOf('@');
        String keyId = keys.currentKeyId();
        byte[] tag = Arrays.copyOf(keys.mac(keyId, PURPOSE, signed(tenant, number)), TAG_BYTES);
        String local = mailbox.substring(0, at) + "+t" + number + "."
                + Base32.encode(keyId.getBytes(StandardCharsets.US_ASCII)) + "." + Base32.encode(tag);
        return local.length() > LONGEST_LOCAL ? mailbox : local + mailbox.substring(at);
    }

    /** The number of the ticket that an address names truly; empty when it names none. */
    OptionalLong ticket(TenantId tenant, String address) {
        Matcher token = TOKEN.matcher(local(address));
        if (!token.matches()) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(token.group(1));
        boolean genuine = Base32.decode(token.group(2))
                .flatMap(keyId -> Base32.decode(token.group(3))
                        .map(tag -> keys.verify(
                                new String(keyId, StandardCharsets.US_ASCII), PURPOSE, signed(tenant, number), tag)))
                .orElse(false);
        return genuine ? OptionalLong.of(number) : OptionalLong.empty();
    }

    /** The address without token, genuine or not; tokens are for the mail, not for the eyes of who reads it. */
    static String plain(String address) {
        return TOKEN.matcher(local(address)).matches() ? withoutTag(address) : address;
    }

    /** The address without what follows a plus sign (RFC 5233). */
    static String withoutTag(String address) {
        int at = address.lastIndexOf('@');
        int plus = address.indexOf('+');
        return plus > 0 && plus < at ? address.substring(0, plus) + address.substring(at) : address;
    }

    private static String local(String address) {
        return address.substring(0, Math.max(address.lastIndexOf('@'), 0)).toLowerCase(Locale.ROOT);
    }

    private static byte[] signed(TenantId tenant, long number) {
        return (tenant + " " + number).getBytes(StandardCharsets.US_ASCII);
    }
}
