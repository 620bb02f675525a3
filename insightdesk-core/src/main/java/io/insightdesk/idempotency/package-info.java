/** Remembered answers, so that a repeated request has the effect of one. */
@NullMarked
package io.insightdesk.idempotency;

import org.jspecify.annotations.NullMarked;
