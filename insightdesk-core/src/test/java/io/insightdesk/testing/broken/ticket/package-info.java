/** Breaks the rules of the source tree on purpose. */
@NullMarked
package io.insightdesk.testing.broken.ticket;

import org.jspecify.annotations.NullMarked;
