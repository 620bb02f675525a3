/**
 * Inbound mail, the part without I/O: bytes in, {@link io.insightdesk.mail.internal.ParsedMail} out.
 *
 * <p>Nothing here trusts its input. Structure is read first and decoded afterwards, sizes are limited before memory is
 * taken, and whatever cannot be read ends in one typed exception with a reason.
 */
@NullMarked
package io.insightdesk.mail.internal;

import org.jspecify.annotations.NullMarked;
