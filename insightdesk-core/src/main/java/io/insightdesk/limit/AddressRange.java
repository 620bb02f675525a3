package io.insightdesk.limit;

import io.insightdesk.error.InvalidInputException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of Internet addresses, IPv4 or IPv6, in the notation of RFC 4632 and RFC 4291: {@code 192.0.2.0/24},
 * {@code 2001:db8::/32}; a single address is the range of itself. Host names are none: nothing is ever resolved. Immutable and
 * thread-safe; two ranges are equal when they hold the same addresses.
 *
 * @since 0.1.0
 */
public final class AddressRange {

    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-f:][0-9a-f:.]{1,44}");
    private static final Pattern RANGE = Pattern.compile("([0-9A-Fa-f:.]{2,45})(?:/([0-9]{1,3}))?");

    private final byte[] network;
    private final int prefix;

    private AddressRange(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads a range.
     *
     * @param text such as {@code 10.0.0.0/8}; what follows the prefix has to be zero
     * @return the range
     * @throws InvalidInputException with the violation {@code invalid_value} when it is none
     */
    public static AddressRange of(String text) {
        return parse(text)
                .orElseThrow(() -> new InvalidInputException(
                        "",
                        "invalid_value",
                        "A range of addresses is written as 192.0.2.0/24 or 2001:db8::/32, with zeros after the prefix; a single"
                                + " address is one, too."));
    }

    private static Optional<AddressRange> parse(String text) {
        Matcher parts = RANGE.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return address(parts.group(1)).map(InetAddress::getAddress).flatMap(bytes -> {
            int bits = bytes.length * 8;
            int prefix = parts.group(2) == null ? bits : Integer.parseInt(parts.group(2));
            return prefix <= bits && Arrays.equals(bytes, masked(bytes, prefix))
                    ? Optional.of(new AddressRange(bytes, prefix))
                    : Optional.empty();
        });
    }

    /**
     * Reads a single address, without ever asking a name server.
     *
     * @param text such as {@code 192.0.2.7} or {@code 2001:db8::7}; an IPv4 address in the form {@code ::ffff:192.0.2.7} is taken
     *     for the IPv4 address
     * @return the address; empty when it is none
     */
    public static Optional<InetAddress> address(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!IPV4.matcher(lower).matches() && !IPV6.matcher(lower).matches()) {
            return Optional.empty();
        }
        try {
            // With these characters it is an address or a mistake, and no name to be looked up.
            return Optional.of(InetAddress.getByName(lower));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether an address lies in this range.
     *
     * @param address the address
     * @return false also where one is IPv4 and the other IPv6
     */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == network.length && Arrays.equals(network, masked(bytes, prefix));
    }

    /**
     * The network that an address is in.
     *
     * @param address the address
     * @param prefixOfIpv4 how many bits of an IPv4 address name the network, 0 to 32
     * @param prefixOfIpv6 how many bits of an IPv6 address name the network, 0 to 128
     * @return the range
     */
    public static AddressRange around(InetAddress address, int prefixOfIpv4, int prefixOfIpv6) {
        byte[] bytes = address.getAddress();
        int prefix = bytes.length == 4 ? prefixOfIpv4 : prefixOfIpv6;
        return new AddressRange(masked(bytes, prefix), prefix);
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.max(0, Math.min(8, prefix - i * 8));
            masked[i] = (byte) (masked[i] & (0xff << (8 - kept)));
        }
        return masked;
    }

    /**
     * The notation that {@link #of} reads.
     *
     * @return such as {@code 192.0.2.0/24}
     */
    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange that && prefix == that.prefix && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefix;
    }
}
