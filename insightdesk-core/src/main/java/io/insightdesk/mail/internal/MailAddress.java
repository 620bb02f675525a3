package io.insightdesk.mail.internal;

import org.jspecify.annotations.Nullable;

/**
 * A usable mail address.
 *
 * @param name display name, decoded and flat; absent when there is none or it repeats the address
 * @param address local part as written, domain in lower case
 */
record MailAddress(@Nullable String name, String address) {}
